/** Names of collections, and the sentences that suit any product. */
export const collections: readonly string[] =
  "Halden Orrin Fjell Marlow Tamsin Ashby Brae Calder Dunmore Eskil Fenn Garrick Hollis Ines Juniper Kestrel Lund Maren Norrland Penrose Quill Rowan Sorrel Thorne Ulla Vesper Wren Yarrow Alder Birk Corvo Dalby Elgin Harrow Isla Larch Mossley Nell Osk Tarn".split(
    " ",
  );

export const openings: readonly string[] = [
  "Made in small runs by people who use it at home.",
  "The one we reach for every day.",
  "Simple to look at, carefully made.",
  "An old form, drawn again with fewer lines.",
  "Made to be used often and repaired easily.",
  "A favourite of the collection since its first season.",
  "Quiet in the room, sure in the hand.",
  "Nothing added, nothing missing.",
];

export const closings: readonly string[] = [
  "Guaranteed for five years.",
  "Packed in recycled card, without plastic.",
  "Spare parts are kept for ten years.",
  "Returns are free for sixty days.",
  "Made in Portugal.",
  "Made in Denmark.",
  "Made in the Black Forest.",
  "Made in Yorkshire.",
];
