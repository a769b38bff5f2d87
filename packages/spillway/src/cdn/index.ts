// spillway/cdn: what a CDN may keep and for how long, and its purge by tag.

export type { CdnDriver, CdnLimits, PurgeOptions } from "./driver.ts";
export { cloudflare, type CloudflareSettings } from "./drivers/cloudflare.ts";
export { cloudFront, type CloudFrontSettings } from "./drivers/cloudfront.ts";
export { fastly, type FastlySettings } from "./drivers/fastly.ts";
export { vercel, type VercelSettings } from "./drivers/vercel.ts";
export { type CachePolicy, cachePolicy } from "./policy.ts";
export type { CachePolicySettings } from "./policy-settings.ts";
export { type Purger, type PurgerSettings, startPurger } from "./purger/purger.ts";
export type { VarnishEdge } from "./purger/varnish.ts";
export { edgeTag } from "./tag.ts";
export type { CdnTarget } from "./targets.ts";
