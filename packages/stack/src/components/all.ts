// Which component each node of the topology is.

import type { Node } from "../topology/topology.ts";
import { appComponent } from "./app/server.ts";
import type { Balancer } from "./balancer/balancer.ts";
import { haproxyBalancer } from "./balancer/haproxy.ts";
import { nginxBalancer } from "./balancer/nginx.ts";
import type { Component } from "./component.ts";
import type { StackContext } from "./context.ts";
import { Primary } from "./postgres/primary.ts";
import { Replica } from "./postgres/replica.ts";
import { purgerComponent } from "./purger/component.ts";
import { redisComponent } from "./redis.ts";
import { storageComponent } from "./storage.ts";
import { varnishComponent } from "./varnish.ts";

export function makeBalancer(context: StackContext): Balancer {
  return context.settings.balancer.engine === "nginx" ? nginxBalancer(context) : haproxyBalancer(context);
}

export function makeComponent(context: StackContext, { name, role }: Node): Component {
  switch (role) {
    case "primary":
      return new Primary(context, name);
    case "replica":
      return new Replica(context, name);
    case "cache":
      return redisComponent(context);
    case "storage":
      return storageComponent(context);
    case "edge":
      return varnishComponent(context, name);
    case "purger":
      return purgerComponent(context);
    case "app":
      return appComponent(context, name);
    default:
      throw new Error(`no component for the role ${role}`);
  }
}
