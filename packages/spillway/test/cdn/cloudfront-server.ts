// CloudFront's API, version 2020-05-31: docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html.

import { cloudFront } from "../../src/cdn/drivers/cloudfront.ts";
import { type Meaning, type Received, tagProblem, type Vendor } from "./fake-cdn.ts";

const accessKeyId = "AKIDEXAMPLEOFTESTS";
const secret = "cloudfront-secret-that-nobody-may-see";
const distributionId = "EDFDVBD6EXAMPLE";
const distribution = `/2020-05-31/distribution/${distributionId}`;
const xml = "text/xml";

/** The secret is not sent: a request is signed with it. So another key stands for wrong credentials. */
export function cloudFrontServer(endpoint: () => string, tagHeader = "x-amz-meta-cache-tag"): Vendor {
  return {
    secret,
    driver: ({ secret: given = secret, ...settings }) => {
      const credentials = {
        accessKeyId: given === secret ? accessKeyId : "AKIDOFSOMEBODYELSE",
        secretAccessKey: given,
      };
      return cloudFront({ distributionId, credentials, endpoint: endpoint(), ...settings });
    },
    read,
    accept: (meaning, _confirmed, request) =>
      "asks" in meaning && meaning.asks === "check"
        ? { status: 200, type: xml, body: config(tagHeader) }
        : { status: 201, type: xml, body: invalidation(request.body) },
    refuse: (status, problem) => ({
      status,
      type: xml,
      body: failure(codes[status] ?? "InternalError", problem),
    }),
  };
}

const codes: Readonly<Record<number, string>> = {
  400: "InvalidArgument",
  401: "InvalidClientTokenId",
  403: "AccessDenied",
  404: "NoSuchDistribution",
  429: "Throttling",
  503: "ServiceUnavailable",
};

function read(request: Received): Meaning {
  const signed = /^AWS4-HMAC-SHA256 Credential=(\w+)\/\d{8}\/us-east-1\/cloudfront\/aws4_request, /;
  if (signed.exec(request.headers["authorization"] ?? "")?.[1] !== accessKeyId)
    return { wrong: "credentials", problem: "The security token included in the request is invalid." };
  const form = (problem: string): Meaning => ({ wrong: "form", problem });
  if (request.method === "GET" && request.path === `${distribution}/config`) return { asks: "check" };
  if (request.method !== "POST" || request.path !== `${distribution}/invalidation`)
    return form(`${request.method} ${request.path}`);
  const items = [...request.body.matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path]) => path ?? "");
  if (Number(/<Quantity>(\d+)<\/Quantity>/.exec(request.body)?.[1]) !== items.length) return form("Quantity");
  if (!/<CallerReference>[^<]{8,}<\/CallerReference>/.test(request.body)) return form("CallerReference");
  if (items.length === 1 && items[0] === "/*") return { asks: "all" };
  if (!items.every((item) => item.startsWith("#"))) return form("an item that is no tag");
  const tags = items.map((item) => item.slice(1));
  const problem = tagProblem(tags, { most: 3_000, bytes: 256 });
  return problem === undefined ? { tags } : form(problem);
}

function invalidation(batch: string): string {
  const body = batch.replace(/<\?xml[^>]*>/, "");
  return `<Invalidation><Id>IDFDVBD632BHDS5</Id><Status>InProgress</Status><CreateTime>2026-11-23T09:00:00Z</CreateTime>${body}</Invalidation>`;
}

function config(tagHeader: string): string {
  const tags =
    tagHeader === "" ? "" : `<CacheTagConfig><HeaderName>${tagHeader}</HeaderName></CacheTagConfig>`;
  return `<DistributionConfig><CallerReference>x</CallerReference><Comment></Comment><Enabled>true</Enabled>${tags}</DistributionConfig>`;
}

function failure(code: string, problem: string): string {
  const text = problem.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}
