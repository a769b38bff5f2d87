import type { Department } from "../types.ts";

export const furniture: Department = {
  name: "Furniture",
  categories: [
    {
      slug: "chairs",
      name: "Chairs",
      blurb: "Sit down, stay a while.",
      kinds: ["Dining Chair", "Lounge Chair", "Spindle Chair", "Shell Chair", "Ladder Chair"],
      materials: ["Oak", "Beech", "Walnut", "Ash", "Upholstered"],
      details: [
        "Mortise and tenon joints, made to be re-glued by a grandchild.",
        "The back follows the spine and gives a little.",
        "Felt pads are fitted under each leg.",
        "Arrives in one piece: nothing to assemble.",
      ],
      priceCents: [12900, 79900],
    },
    {
      slug: "stools",
      name: "Stools",
      blurb: "Always one more seat.",
      kinds: ["Stool", "Bar Stool", "Step Stool", "Milking Stool", "Upholstered Stool"],
      materials: ["Oak", "Birch", "Pine", "Steel", "Cork-Topped"],
      details: [
        "A dished seat, more comfortable than it looks.",
        "Stacks four high when the guests have gone.",
        "Carries 150 kilograms without a creak.",
        "The rail is set where feet want it.",
      ],
      priceCents: [5900, 32900],
    },
    {
      slug: "sofas",
      name: "Sofas",
      blurb: "Built like furniture, soft like Sunday.",
      kinds: ["Two-Seat Sofa", "Three-Seat Sofa", "Loveseat", "Daybed", "Armchair"],
      materials: ["Linen", "Wool", "Bouclé", "Velvet", "Leather"],
      details: [
        "A kiln-dried beech frame with a guarantee of fifteen years.",
        "All covers come off, and spare ones are always available.",
        "Feather-wrapped foam that needs one shake a week.",
        "Fits through an 80-centimetre door: the legs and arms come off.",
      ],
      priceCents: [49900, 289900],
    },
    {
      slug: "tables",
      name: "Tables",
      blurb: "Where everything happens.",
      kinds: ["Dining Table", "Coffee Table", "Side Table", "Trestle Table", "Round Table"],
      materials: ["Oak", "Walnut", "Ash", "Marble-Topped", "Linoleum-Topped"],
      details: [
        "Solid wood, oiled, so a scratch is sanded out in ten minutes.",
        "The legs stand at the corners: no knees in the way.",
        "Planks chosen to match from one tree.",
        "Extends no further than it must: the room stays a room.",
      ],
      priceCents: [14900, 189900],
    },
    {
      slug: "shelving",
      name: "Shelving",
      blurb: "Order that can be moved about.",
      kinds: ["Bookcase", "Wall Shelf", "Ladder Shelf", "Cube Shelf", "Sideboard"],
      materials: ["Oak", "Birch Ply", "Steel", "Pine", "Walnut"],
      details: [
        "Shelves move in steps of three centimetres.",
        "Each shelf carries 35 kilograms of books.",
        "A brass bracket for the wall is included, please use it.",
        "The back is finished, so it can divide a room.",
      ],
      priceCents: [6900, 98900],
    },
  ],
};
