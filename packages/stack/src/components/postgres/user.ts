// PostgreSQL refuses to run as root. Started by root, it runs as an unprivileged user of this machine.

import { readFileSync } from "node:fs";

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

/** `postgres` where a package made it, else `nobody`, which every Debian has. */
export function databaseUser(): SystemUser {
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const found = users.find((fields) => fields[0] === name);
    if (found !== undefined) return { name, uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new Error("neither `postgres` nor `nobody` is in /etc/passwd");
}
