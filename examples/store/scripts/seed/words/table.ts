import type { Department } from "../types.ts";

export const table: Department = {
  name: "Table",
  categories: [
    {
      slug: "plates",
      name: "Plates",
      blurb: "Quiet plates that let the food speak.",
      kinds: ["Dinner Plate", "Side Plate", "Serving Platter", "Pasta Plate", "Dessert Plate"],
      materials: ["Stoneware", "Porcelain", "Bone China", "Reactive-Glaze", "Terracotta"],
      details: [
        "A low rim holds sauce without getting in the way of the fork.",
        "Stacks close, so eight take the room of five.",
        "Resists chips at the edge, where plates usually fail.",
        "Fired at 1,250 °C, safe in oven and dishwasher.",
      ],
      priceCents: [1200, 6900],
    },
    {
      slug: "bowls",
      name: "Bowls",
      blurb: "For soup, for fruit, for both hands.",
      kinds: ["Bowl", "Soup Bowl", "Salad Bowl", "Rice Bowl", "Footed Bowl"],
      materials: ["Stoneware", "Porcelain", "Speckled Stoneware", "Ash Wood", "Terracotta"],
      details: [
        "Deep enough for a generous helping, light enough to hold.",
        "The glaze pools a little darker at the foot, so no two are alike.",
        "The foot is polished and will not mark a wooden table.",
        "Nests with the other sizes of its collection.",
      ],
      priceCents: [1100, 8900],
    },
    {
      slug: "glasses",
      name: "Glasses",
      blurb: "Thin where it matters.",
      kinds: ["Tumbler", "Wine Glass", "Highball", "Coupe", "Water Glass"],
      materials: ["Crystal", "Ribbed", "Smoked", "Mouth-Blown", "Recycled"],
      details: [
        "A fine, fire-polished rim.",
        "Lead-free and clear as water, after hundreds of washes too.",
        "The weight sits low, so it does not tip easily.",
        "Blown in one piece, with no seam at the stem.",
      ],
      priceCents: [800, 5400],
    },
    {
      slug: "teapots",
      name: "Teapots",
      blurb: "Small rituals, well poured.",
      kinds: ["Teapot", "Side-Handle Teapot", "Tall Teapot", "Family Teapot", "Tea-for-One"],
      materials: ["Stoneware", "Cast Iron", "Porcelain", "Glazed Clay", "Enamel"],
      details: [
        "The built-in strainer holds back the finest leaves.",
        "Pours to the last drop without the lid moving.",
        "Keeps tea warm for about forty minutes.",
        "The inside is glazed smooth and rinses clean.",
      ],
      priceCents: [3200, 12900],
    },
    {
      slug: "cutlery",
      name: "Cutlery",
      blurb: "Balanced pieces for every day.",
      kinds: ["Table Knife", "Table Fork", "Table Spoon", "Cutlery Set", "Serving Set"],
      materials: ["Brushed Steel", "Mirror Steel", "Brass-Tone", "Matte Black", "Hammered"],
      details: [
        "Forged from one bar of 18/10 steel.",
        "A little heavier at the handle, which is how the hand likes it.",
        "Will not rust, and does not mind the dishwasher.",
        "Tines and edges are rounded by hand.",
      ],
      priceCents: [600, 12900],
    },
  ],
};
