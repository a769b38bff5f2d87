import type { Department } from "../types.ts";

export const kitchen: Department = {
  name: "Kitchen",
  categories: [
    {
      slug: "mugs",
      name: "Mugs",
      blurb: "For the first coffee and the last tea.",
      kinds: ["Mug", "Espresso Cup", "Latte Bowl", "Tall Mug", "Camp Mug"],
      materials: ["Stoneware", "Porcelain", "Enamel", "Terracotta", "Speckled Stoneware"],
      details: [
        "The handle leaves room for three fingers and stays cool.",
        "Glazed inside and out, with a bare foot that does not scratch the table.",
        "Safe in the dishwasher and the microwave.",
        "Thrown thick enough to keep a drink warm through a long call.",
      ],
      priceCents: [900, 4200],
    },
    {
      slug: "kettles",
      name: "Kettles",
      blurb: "A steady pour and a gentle whistle.",
      kinds: ["Kettle", "Pour-Over Kettle", "Whistling Kettle", "Stovetop Kettle", "Tea Kettle"],
      materials: ["Enamel", "Brushed Steel", "Copper", "Cast Iron", "Matte Steel"],
      details: [
        "The spout stops without a drip, at any angle.",
        "Works on gas, ceramic and induction.",
        "Boils a litre in about four minutes.",
        "The lid lifts with one finger and stays put while you pour.",
      ],
      priceCents: [3900, 18900],
    },
    {
      slug: "saucepans",
      name: "Saucepans",
      blurb: "Even heat, honest weight.",
      kinds: ["Saucepan", "Casserole", "Milk Pan", "Stock Pot", "Sauté Pan"],
      materials: ["Steel", "Enamelled Iron", "Copper Core", "Hard-Anodised", "Carbon Steel"],
      details: [
        "A thick base spreads heat evenly, so sauces do not catch at the edge.",
        "Goes from hob to oven, up to 240 °C.",
        "Riveted handle, balanced to be lifted with one hand.",
        "Pouring lips on both sides suit either hand.",
      ],
      priceCents: [3400, 24900],
    },
    {
      slug: "kitchen-knives",
      name: "Kitchen knives",
      blurb: "Few, sharp, and easy to keep so.",
      kinds: ["Chef’s Knife", "Paring Knife", "Bread Knife", "Santoku", "Cleaver"],
      materials: ["Carbon Steel", "Oak-Handled", "Damascus", "Walnut-Handled", "Forged"],
      details: [
        "Ground thin behind the edge and sharpened by hand.",
        "The bolster is rounded where the finger rests.",
        "Takes an edge on a simple whetstone in a few minutes.",
        "Comes with a card sheath that can be used for years.",
      ],
      priceCents: [2900, 22900],
    },
    {
      slug: "cutting-boards",
      name: "Cutting boards",
      blurb: "Kind to the blade, good on the table.",
      kinds: ["Cutting Board", "Serving Board", "Paddle Board", "Round Board", "Bread Board"],
      materials: ["Oak", "Walnut", "End-Grain", "Maple", "Olive Wood"],
      details: [
        "Oiled twice before it leaves the workshop.",
        "A shallow groove keeps juice off the counter.",
        "The grain closes over light cuts, so the surface stays smooth.",
        "Wipe it, stand it up, oil it now and then: it will outlast the kitchen.",
      ],
      priceCents: [2400, 14900],
    },
  ],
};
