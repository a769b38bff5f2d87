import type { Department } from "../types.ts";

export const outdoors: Department = {
  name: "Outdoors",
  categories: [
    {
      slug: "tents",
      name: "Tents",
      blurb: "A dry room with a better view.",
      kinds: ["Tent", "Dome Tent", "Bell Tent", "Tarp Shelter", "Tunnel Tent"],
      materials: ["Two-Person", "Four-Person", "Cotton", "Ultralight", "Four-Season"],
      details: [
        "One person pitches it in six minutes, in wind too.",
        "Seams are taped, the floor stands 3,000 mm of water.",
        "Two doors, so nobody climbs over anybody.",
        "Poles, pegs and a repair kit come in the bag.",
      ],
      priceCents: [12900, 89900],
    },
    {
      slug: "lanterns",
      name: "Lanterns",
      blurb: "Bring the evening along.",
      kinds: ["Lantern", "Storm Lantern", "Camp Lantern", "Garden Lantern", "Hanging Lantern"],
      materials: ["Brass", "Galvanised", "Rechargeable", "Enamel", "Blackened Steel"],
      details: [
        "Burns a whole night on one filling, or one charge.",
        "Shielded from wind on all four sides.",
        "The handle locks upright for carrying.",
        "A warm light that does not draw every moth in the county.",
      ],
      priceCents: [2400, 13900],
    },
    {
      slug: "water-bottles",
      name: "Water bottles",
      blurb: "Cold for a day, yours for ten years.",
      kinds: ["Water Bottle", "Flask", "Wide-Mouth Bottle", "Trail Bottle", "Vacuum Jug"],
      materials: ["Insulated", "Steel", "Titanium", "Glass-Lined", "Powder-Coated"],
      details: [
        "Keeps drinks cold for 24 hours and hot for twelve.",
        "No plastic touches the water.",
        "Fits bicycle cages and cup holders.",
        "The lid closes with half a turn and does not leak.",
      ],
      priceCents: [1500, 6900],
    },
    {
      slug: "boots",
      name: "Boots",
      blurb: "Broken in gently, resoled often.",
      kinds: ["Hiking Boot", "Chelsea Boot", "Rubber Boot", "Trail Boot", "Winter Boot"],
      materials: ["Leather", "Waxed Suede", "Waterproof", "Natural Rubber", "Nubuck"],
      details: [
        "Stitched, not glued, so it can be resoled three times.",
        "A membrane keeps water out and lets feet breathe.",
        "Wide enough at the toes for a thick sock.",
        "The tread sheds mud when you walk.",
      ],
      priceCents: [7900, 32900],
    },
    {
      slug: "hammocks",
      name: "Hammocks",
      blurb: "Two trees and nothing to do.",
      kinds: ["Hammock", "Striped Hammock", "Family Hammock", "Camping Hammock", "Net Hammock"],
      materials: ["Cotton", "Recycled", "Parachute Silk", "Jute", "Quick-Dry"],
      details: [
        "Lies flat when you lie across it, as hammocks should.",
        "Carries 200 kilograms; the ropes are tested to 500.",
        "Tree straps that leave no mark on the bark.",
        "Packs into a bag the size of a loaf.",
      ],
      priceCents: [3900, 18900],
    },
  ],
};
