import type { Department } from "../types.ts";

export const garden: Department = {
  name: "Garden",
  categories: [
    {
      slug: "planters",
      name: "Planters",
      blurb: "Good feet for green things.",
      kinds: ["Planter", "Tall Planter", "Window Box", "Bowl Planter", "Footed Planter"],
      materials: ["Terracotta", "Zinc", "Fibrestone", "Glazed", "Cedar"],
      details: [
        "Frost-proof, with a drainage hole and a saucer.",
        "The wall breathes, so roots do not drown.",
        "Light enough to be moved when full.",
        "Weathers to a soft bloom in its second year.",
      ],
      priceCents: [1400, 16900],
    },
    {
      slug: "watering-cans",
      name: "Watering cans",
      blurb: "Rain, on request.",
      kinds: ["Watering Can", "Indoor Can", "Long-Spout Can", "Garden Can", "Misting Can"],
      materials: ["Galvanised", "Copper", "Powder-Coated", "Brass", "Enamel"],
      details: [
        "The long spout reaches behind the pots.",
        "The rose comes off for seedlings and goes back on for beds.",
        "Balanced so that the wrist does not tire.",
        "Welded seams, tested for leaks one by one.",
      ],
      priceCents: [1900, 9900],
    },
    {
      slug: "hand-tools",
      name: "Hand tools",
      blurb: "Tools worth bending down for.",
      kinds: ["Trowel", "Hand Fork", "Dibber", "Hoe", "Transplanting Trowel"],
      materials: ["Ash-Handled", "Stainless", "Forged", "Carbon Steel", "Copper"],
      details: [
        "Forged from a single piece, with no weld to break.",
        "The handle is turned from ash and oiled.",
        "Marked in centimetres for planting depth.",
        "A leather loop to hang it where you will find it.",
      ],
      priceCents: [1200, 6900],
    },
    {
      slug: "bird-houses",
      name: "Bird houses",
      blurb: "Neighbours with good voices.",
      kinds: ["Bird House", "Nesting Box", "Bird Feeder", "Wren House", "Swallow Box"],
      materials: ["Cedar", "Oak", "Larch", "Painted Pine", "Recycled Wood"],
      details: [
        "Untreated inside, as birds prefer it.",
        "The roof lifts for cleaning in autumn.",
        "The opening is sized for small songbirds.",
        "Hangs from a branch or screws to a wall.",
      ],
      priceCents: [1900, 8900],
    },
    {
      slug: "houseplants",
      name: "Houseplants",
      blurb: "Quiet company, easily pleased.",
      kinds: ["Monstera", "Snake Plant", "Boston Fern", "Olive Tree", "Cactus"],
      materials: ["Young", "Bushy", "Established", "Compact", "Tall"],
      details: [
        "Grown in a nursery without peat and hardened before it travels.",
        "Happy a metre from a window, watered once a week.",
        "Travels in a carton that has never lost a leaf, almost.",
        "Comes with a card that says what it likes.",
      ],
      priceCents: [1400, 14900],
      phrase: "{material} {kind} in {collection} Pot",
    },
  ],
};
