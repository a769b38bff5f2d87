/** The departments in the order of the menu. Each is a section of the home page. */
export const departments = [
  "Kitchen",
  "Table",
  "Living",
  "Bed & bath",
  "Furniture",
  "Desk & travel",
  "Outdoors",
  "Garden",
] as const;

/** The id of the section: `Bed & bath` is `bed-bath`. */
export function departmentAnchor(department: string): string {
  return department
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "")
    .join("-");
}
