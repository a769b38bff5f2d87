import type { Department } from "../types.ts";

export const living: Department = {
  name: "Living",
  categories: [
    {
      slug: "floor-lamps",
      name: "Floor lamps",
      blurb: "A warm corner, wherever you like.",
      kinds: ["Floor Lamp", "Arc Lamp", "Tripod Lamp", "Reading Lamp", "Globe Lamp"],
      materials: ["Linen", "Brass", "Powder-Coated", "Opal Glass", "Oak"],
      details: [
        "Dims from reading light to candlelight with a foot switch.",
        "The base is weighted, so a passing child is no danger to it.",
        "Takes a standard E27 bulb, included.",
        "Three metres of braided cable reach most corners.",
      ],
      priceCents: [8900, 42900],
    },
    {
      slug: "cushions",
      name: "Cushions",
      blurb: "Soft edges for hard days.",
      kinds: ["Cushion", "Bolster", "Floor Cushion", "Striped Cushion", "Round Cushion"],
      materials: ["Linen", "Wool", "Velvet", "Cotton", "Bouclé"],
      details: [
        "Filled with feather-free down that keeps its shape.",
        "The cover comes off and is washed at 30 °C.",
        "Hidden zip along the lower seam.",
        "Woven in a small mill and washed until soft.",
      ],
      priceCents: [1900, 11900],
    },
    {
      slug: "candles",
      name: "Candles",
      blurb: "Slow light, clean scents.",
      kinds: ["Pillar Candle", "Scented Candle", "Taper Candles", "Candle Holder", "Tea Lights"],
      materials: ["Beeswax", "Soy", "Cedar", "Fig", "Unscented"],
      details: [
        "Burns evenly, to the rim, without soot.",
        "A cotton wick, trimmed and straightened by hand.",
        "Up to fifty hours of light.",
        "The vessel is meant to be kept when the wax is gone.",
      ],
      priceCents: [700, 5900],
    },
    {
      slug: "vases",
      name: "Vases",
      blurb: "For a whole bouquet or one branch.",
      kinds: ["Vase", "Bud Vase", "Floor Vase", "Bottle Vase", "Moon Vase"],
      materials: ["Stoneware", "Glass", "Terracotta", "Porcelain", "Matte Clay"],
      details: [
        "The narrow neck holds a single stem upright.",
        "Watertight, and heavy enough at the foot to carry branches.",
        "Matte outside, glazed inside.",
        "Each is turned by one person from start to finish.",
      ],
      priceCents: [1800, 15900],
    },
    {
      slug: "wall-clocks",
      name: "Wall clocks",
      blurb: "Time, without the ticking.",
      kinds: ["Wall Clock", "Station Clock", "Dot Clock", "Kitchen Clock", "Numberless Clock"],
      materials: ["Oak", "Steel", "Walnut", "Lacquered", "Brass"],
      details: [
        "A sweeping movement, so there is nothing to hear.",
        "Runs for two years on one battery.",
        "Read it from across a large room.",
        "Hangs from a single nail.",
      ],
      priceCents: [3900, 18900],
    },
  ],
};
