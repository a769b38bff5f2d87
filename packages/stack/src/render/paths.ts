// Paths that the tiers answer themselves, so that each can be asked without asking the one behind it.

/** Answered by the balancer, through the edge. */
export const balancerHealthPath = "/__spillway/balancer";
/** Answered by the edge. */
export const edgeHealthPath = "/__spillway/edge";
