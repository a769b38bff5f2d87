// CloudFront: invalidations by cache tag, through the AWS SDK.

import type { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { SpillwayError } from "../../errors.ts";
import { reasonOf } from "../../warnings.ts";
import type { CdnDriver, CdnLimits } from "../driver.ts";
import { cloudFrontTagHeader } from "../targets.ts";
import { type Attempt, deliverBy } from "./delivery.ts";
import { Failure, type FailureKind, kindOfStatus, retryAfter } from "./failure.ts";
import {
  type DriverSettings,
  checkKeys,
  deliverySettings,
  endpointOf,
  limitsWith,
  nameOf,
  secretOf,
} from "./settings.ts";

export interface CloudFrontSettings extends DriverSettings {
  /** Default: the environment variable CLOUDFRONT_DISTRIBUTION_ID. */
  distributionId?: string;
  /** Of a user that may `cloudfront:CreateInvalidation`. Default: what the AWS SDK finds, such as AWS_ACCESS_KEY_ID. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** As in the policies: `check` sees that the distribution reads it. Default as there. */
  tagHeader?: string;
}

/**
 * docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html: 3,000 files of a distribution in
 * progress at one time, in one request or in many. That tags count like files is assumed: the page does not name
 * them. The rate is ours: none is documented. Each tag is charged as one path.
 */
const limits: CdnLimits = { tagsPerRequest: 3_000, requestsPerSecond: 5, burst: 10 };

/** The only region that CloudFront's API is in. */
const region = "us-east-1";

/**
 * Purges a CloudFront distribution. Needs the package `@aws-sdk/client-cloudfront`.
 *
 * ```ts
 * const cdn = cloudFront({ distributionId: "EDFDVBD6EXAMPLE" }); // credentials as in every AWS client
 * await cdn.check?.(); // the distribution must have a CacheTagConfig: without one it ignores purges by tag
 * ```
 *
 * `CreateInvalidation` with `#tag` in its paths, or the path of everything
 * (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-tags.html, since 29 April 2026).
 * Accepted means that the invalidation is in progress: by AWS's own figures it takes effect in less than 5 s for 95 of
 * 100. Not in the regions of China. Throws SPILLWAY_CDN_SETTING, and at the first purge SPILLWAY_CDN_SDK.
 */
export function cloudFront(settings: CloudFrontSettings = {}): CdnDriver {
  checkKeys(settings, ["distributionId", "credentials", "tagHeader"]);
  const given = settings.distributionId ?? process.env["CLOUDFRONT_DISTRIBUTION_ID"];
  const id = nameOf("distributionId", given);
  const tagHeader = cloudFrontTagHeader(settings.tagHeader);
  const client = clientOf(settings);
  const sendTags = async (tags: readonly string[], attempt: Attempt): Promise<readonly string[]> => {
    const items = tags.map((tag) => `#${tag}`);
    await invalidate(client, { id, items }, attempt);
    return [];
  };
  const sendAll = (attempt: Attempt): Promise<void> => invalidate(client, { id, items: ["/*"] }, attempt);
  const ask = async ({ signal }: Attempt): Promise<void> => {
    const { sdk, made } = await client();
    const command = new sdk.GetDistributionConfigCommand({ Id: id });
    const { DistributionConfig } = await made.send(command, { abortSignal: signal }).catch(fail);
    checkTagHeader(DistributionConfig?.CacheTagConfig?.HeaderName, tagHeader);
  };
  const close = async (): Promise<void> => client.close();
  const carrier = { name: "cloudfront", credentials: "credentials", sendTags, sendAll, ask, close };
  return deliverBy(carrier, limitsWith(limits, settings.rate), deliverySettings(settings));
}

async function invalidate(
  client: Client,
  { id, items }: { id: string; items: string[] },
  attempt: Attempt,
): Promise<void> {
  const { sdk, made } = await client();
  const command = new sdk.CreateInvalidationCommand({
    DistributionId: id,
    // A second request with the same reference starts, and costs, nothing.
    InvalidationBatch: { Paths: { Quantity: items.length, Items: items }, CallerReference: attempt.id },
  });
  await made.send(command, { abortSignal: attempt.signal }).catch(fail);
}

type Sdk = typeof import("@aws-sdk/client-cloudfront");

interface Client {
  (): Promise<{ sdk: Sdk; made: CloudFrontClient }>;
  close: () => void;
}

/** Made at the first use: the SDK is large, and a process may have a driver that it never needs. */
function clientOf({ credentials, endpoint }: CloudFrontSettings): Client {
  if (credentials !== undefined) {
    secretOf("credentials.accessKeyId", credentials.accessKeyId);
    secretOf("credentials.secretAccessKey", credentials.secretAccessKey);
  }
  const given = {
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint: endpointOf(endpoint, "") }),
  };
  let made: CloudFrontClient | undefined;
  const client = async (): Promise<{ sdk: Sdk; made: CloudFrontClient }> => {
    const sdk = await load();
    // What is tried again, and when, is the same for all drivers.
    made ??= new sdk.CloudFrontClient({ region, maxAttempts: 1, ...given });
    return { sdk, made };
  };
  const close = (): void => {
    made?.destroy();
    made = undefined;
  };
  return Object.assign(client, { close });
}

async function load(): Promise<Sdk> {
  try {
    return await import("@aws-sdk/client-cloudfront");
  } catch (cause) {
    throw new SpillwayError("SPILLWAY_CDN_SDK", { problem: reasonOf(cause) }, { cause });
  }
}

function checkTagHeader(found: string | undefined, expected: string): void {
  if (found?.toLowerCase() === expected.toLowerCase()) return;
  const problem = found === undefined ? "it has no CacheTagConfig" : `its CacheTagConfig reads ${found}`;
  throw new Failure("refused", `${problem}, and the tags are in ${expected}`);
}

/** What the SDK throws, as far as it is used. */
interface SdkError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

const credentialErrors =
  /^(AccessDenied|CredentialsProviderError|ExpiredToken|InvalidClientTokenId|InvalidSignature|MissingAuthenticationToken|SignatureDoesNotMatch|TokenProviderError|UnrecognizedClient)/;
const rateErrors = /^(TooManyInvalidationsInProgress|Throttl|TooManyRequests|RequestLimitExceeded|SlowDown)/;

/** Without its cause: the SDK's errors hold the request, and AWS repeats what was signed in some of its answers. */
function fail(error: unknown): never {
  const { name = "", message = "", $metadata, $response } = Object(error) as SdkError;
  const kind = kindOf(name, $metadata?.httpStatusCode);
  const retryAfterSeconds = retryAfter($response?.headers?.["retry-after"]);
  throw new Failure(kind, kind === "credentials" ? name : `${name}: ${message.slice(0, 200)}`, {
    retryAfterSeconds,
  });
}

function kindOf(name: string, status: number | undefined): FailureKind {
  if (credentialErrors.test(name)) return "credentials";
  if (rateErrors.test(name)) return "rate";
  return status === undefined ? "temporary" : kindOfStatus(status);
}
