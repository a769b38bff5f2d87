import type { Department } from "../types.ts";

export const bedAndBath: Department = {
  name: "Bed & bath",
  categories: [
    {
      slug: "blankets",
      name: "Blankets",
      blurb: "Wool and cotton, to be fought over.",
      kinds: ["Blanket", "Striped Throw", "Check Throw", "Knitted Throw", "Travel Blanket"],
      materials: ["Lambswool", "Merino", "Cotton", "Mohair", "Recycled Wool"],
      details: [
        "Brushed on both sides and finished with a twisted fringe.",
        "Warm without weight: under one and a half kilograms.",
        "Woven from undyed and plant-dyed yarn.",
        "Large enough for two on a sofa.",
      ],
      priceCents: [5900, 24900],
    },
    {
      slug: "bed-linen",
      name: "Bed linen",
      blurb: "Cool in June, calm in January.",
      kinds: ["Pillowcase Pair", "Duvet Cover", "Fitted Sheet", "Bed Set", "Bolster Case"],
      materials: ["Linen", "Percale", "Sateen", "Washed Cotton", "Flannel"],
      details: [
        "Pre-washed, so it fits from the first night to the hundredth.",
        "Closes with coconut buttons.",
        "Gets softer with every wash and needs no iron.",
        "Woven from long-staple fibre that does not pill.",
      ],
      priceCents: [2900, 27900],
    },
    {
      slug: "towels",
      name: "Towels",
      blurb: "Thick, quick to dry, hard to leave.",
      kinds: ["Bath Towel", "Hand Towel", "Towel Set", "Beach Towel", "Waffle Towel"],
      materials: ["Cotton", "Organic Cotton", "Linen", "Bamboo", "Combed Cotton"],
      details: [
        "600 grams per square metre: thick, and dry again by evening.",
        "A sewn loop at the long edge.",
        "Does not shed after the first wash.",
        "Dyed in the yarn, so the colour stays.",
      ],
      priceCents: [900, 7900],
    },
    {
      slug: "bath-and-soap",
      name: "Bath & soap",
      blurb: "Plain soap, good bottles.",
      kinds: ["Hand Soap", "Body Wash", "Bar Soap", "Bath Oil", "Soap Dispenser"],
      materials: ["Vetiver", "Neroli", "Cedar & Sea Salt", "Unscented", "Rosemary"],
      details: [
        "Made with olive and coconut oil, and nothing that dries the skin.",
        "The bottle can be refilled at the counter or by post.",
        "The scent is there, then politely gone.",
        "Cured for six weeks, so that it lasts.",
      ],
      priceCents: [800, 4900],
    },
    {
      slug: "mirrors",
      name: "Mirrors",
      blurb: "A little more light in every room.",
      kinds: ["Round Mirror", "Arched Mirror", "Standing Mirror", "Oval Mirror", "Table Mirror"],
      materials: ["Brass", "Oak", "Blackened Steel", "Walnut", "Powder-Coated"],
      details: [
        "Five-millimetre glass, free of waves.",
        "A copper-free backing that does not spot in a bathroom.",
        "Hangs on two keyholes; the template is in the box.",
        "The frame is joined without visible screws.",
      ],
      priceCents: [4900, 39900],
    },
  ],
};
