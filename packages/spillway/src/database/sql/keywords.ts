// The words PostgreSQL sets apart, as far as reading a statement needs them.

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ""));
}

/**
 * Keywords that cannot name a function unless quoted or qualified: what precedes a parenthesis here is syntax.
 * (Manual, appendix C: "reserved", and "cannot be function or type".) Not all: a keyword that newer servers
 * alone know may name a function on an older one.
 */
export const neverFunctions: ReadonlySet<string> = words(`
  all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
  current_catalog current_date current_role current_time current_timestamp current_user default deferrable
  desc distinct do else end except false fetch for foreign from grant group having in initially intersect into
  lateral leading limit localtime localtimestamp not null offset on only or order placing primary references
  returning select session_user some symmetric table then to trailing true union unique user using variadic
  when where window with
  between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout
  int integer interval least national nchar none normalize nullif numeric out overlay position precision real
  row setof smallint substring time timestamp treat trim values varchar
  json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
  json_table json_value xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
  xmlroot xmlserialize xmltable
`);

/** Words that may name a function, but are syntax behind one of these words. */
export const syntaxAfter: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["by", words("group order partition")],
  ["first", words("fetch")],
  ["next", words("fetch")],
  ["sets", words("grouping")],
  ["varying", words("bit char character nchar")],
]);

/** Volatile, yet without effect and at home on every server. */
export const harmlessFunctions: ReadonlySet<string> = words(`
  clock_timestamp gen_random_uuid pg_sleep pg_sleep_for pg_sleep_until random random_normal timeofday uuidv4
  uuidv7
`);

/** Write, and on a replica fail. */
export const writingFunctions: ReadonlySet<string> = words("nextval setval");

/** Set or ask what belongs to one session; advisory locks are known by their prefix. */
export const sessionFunctions: ReadonlySet<string> = words(`
  currval lastval pg_listening_channels pg_notify set_config setseed
`);

/** Statements about what lives in one session or on one server. */
export const sessionVerbs: ReadonlySet<string> = words(`
  close deallocate declare discard execute fetch listen load lock move notify prepare reset set unlisten
`);

/** SET followed by one of these ends with the transaction, wherever that runs. */
export const transactionSettings: ReadonlySet<string> = words("constraints local transaction");

export const writingVerbs: ReadonlySet<string> = words("insert update delete merge");

export const queryVerbs: ReadonlySet<string> = words("select values table with");
