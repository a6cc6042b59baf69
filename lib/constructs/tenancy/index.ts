export type { DatasetSource } from './datasets.ts';
export { DEFAULT_LIMIT, DEFAULT_REQUEST, hardLimits, type TenantQuota } from './quota.ts';
export { ACCESS, type Access } from './roles.ts';
export { bindingSubjects, type Subjects } from './subjects.ts';
export { SNAPSHOT_SCHEDULE } from './take-snapshots.ts';
export { Tenancy, type TenancyProps } from './tenancy.ts';
export { TenantAccess, type TenantAccessProps } from './tenant-access.ts';
export { VolumeSnapshots, type VolumeSnapshotsProps } from './volume-snapshots.ts';
