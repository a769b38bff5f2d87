import type { Department } from "../types.ts";

export const desk: Department = {
  name: "Desk & travel",
  categories: [
    {
      slug: "notebooks",
      name: "Notebooks",
      blurb: "Paper that likes your pen.",
      kinds: ["Notebook", "Pocket Notebook", "Sketchbook", "Planner", "Spiral Notebook"],
      materials: ["Cloth-Bound", "Dotted", "Ruled", "Recycled", "Leather-Bound"],
      details: [
        "100-gram paper that fountain-pen ink does not pass through.",
        "Sewn in sections, so it lies flat at any page.",
        "160 numbered pages and a ribbon.",
        "Small enough for a coat pocket, large enough to think in.",
      ],
      priceCents: [600, 4400],
    },
    {
      slug: "pens",
      name: "Pens",
      blurb: "One good pen, never lent.",
      kinds: ["Fountain Pen", "Ballpoint", "Rollerball", "Mechanical Pencil", "Brush Pen"],
      materials: ["Brass", "Aluminium", "Resin", "Steel", "Walnut"],
      details: [
        "Writes at the first touch, after a month in a drawer too.",
        "Takes standard refills, so it need never be thrown away.",
        "The balance sits just behind the fingers.",
        "The clip is a single bent wire and does not tear pockets.",
      ],
      priceCents: [900, 15900],
    },
    {
      slug: "desk-lamps",
      name: "Desk lamps",
      blurb: "Light where the work is.",
      kinds: ["Desk Lamp", "Banker’s Lamp", "Mushroom Lamp", "Clamp Lamp", "Cordless Lamp"],
      materials: ["Steel", "Brass", "Opal Glass", "Aluminium", "Powder-Coated"],
      details: [
        "The arm stays where it is put.",
        "Warm, even light with no flicker on camera.",
        "Touch to dim, from five to a hundred per cent.",
        "The shade turns to spare your eyes.",
      ],
      priceCents: [4900, 28900],
    },
    {
      slug: "backpacks",
      name: "Backpacks",
      blurb: "Carries the day, forgives the rain.",
      kinds: ["Backpack", "Rolltop", "Day Pack", "Laptop Backpack", "Weekender"],
      materials: ["Waxed Canvas", "Recycled Nylon", "Leather-Trimmed", "Cotton Duck", "Ripstop"],
      details: [
        "A padded sleeve takes a laptop of up to 16 inches.",
        "Stands up on its own when you put it down.",
        "Water beads off; the zips are sealed.",
        "Straps and buckles can be replaced with a screwdriver.",
      ],
      priceCents: [5900, 24900],
    },
    {
      slug: "headphones",
      name: "Headphones",
      blurb: "Hear the room the music was made in.",
      kinds: [
        "Headphones",
        "Studio Headphones",
        "On-Ear Headphones",
        "Travel Headphones",
        "Open-Back Headphones",
      ],
      materials: ["Wireless", "Wired", "Noise-Cancelling", "Walnut", "Aluminium"],
      details: [
        "Light enough to forget for an afternoon.",
        "Thirty hours between charges, and two from ten minutes.",
        "Ear pads come off with a twist and are sold singly.",
        "Folds flat into the case it comes in.",
      ],
      priceCents: [6900, 44900],
    },
  ],
};
