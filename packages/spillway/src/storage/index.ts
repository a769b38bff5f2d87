// spillway/storage: files of users in S3, stored whole or not at all, and given out so that none can do harm.

export type { ByteRange, ObjectInfo, ReadObject } from "./backend.ts";
export type { RespondOptions } from "./http/respond.ts";
export { createDiskStorage, createStorage } from "./open.ts";
export type { DiskStorageSettings, StorageSettings } from "./open.ts";
export type { InvalidatedCache } from "./settings.ts";
export type { Body } from "./source.ts";
export type {
  CallOptions,
  DirectUpload,
  GetOptions,
  PresignOptions,
  PutOptions,
  Storage,
  StoredObject,
} from "./storage.ts";
