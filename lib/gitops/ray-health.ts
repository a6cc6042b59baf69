/**
 * Health of Ray's kinds, by the status that KubeRay 1.6 writes (apis/ray/v1, controllers/ray). Its observedGeneration is
 * not looked at: KubeRay writes it only along with other changes, so that it stays behind for good after most of them.
 */

/** Shared by the scripts: each is a text of its own to Argo CD. */
const CONDITIONS = `\
local status = obj.status or {}
local function answer(health, message)
  return { status = health, message = message or "" }
end
local function condition(kind)
  for _, found in ipairs(status.conditions or {}) do
    if found.type == kind then return found end
  end
  return {}
end
local function why(found)
  if found.message ~= nil and found.message ~= "" then return found.message end
  return found.reason or ""
end
`;

/**
 * Provisioned once, it stays so; from then on the head decides. Until then, what a head waits for by itself is progress,
 * and what only a person can mend is not.
 */
export const RAY_CLUSTER = `${CONDITIONS}
local suspended = condition("RayClusterSuspended").status == "True"
if obj.spec ~= nil and obj.spec.suspend then
  if suspended then return answer("Suspended", "suspended: it has no pods") end
  return answer("Progressing", "its pods are going: it is being suspended")
end
if suspended then return answer("Progressing", "its pods are coming: it is no longer suspended") end

local failure = condition("ReplicaFailure")
if failure.status == "True" then return answer("Degraded", why(failure)) end

local head = condition("HeadPodReady")
local provisioned = condition("RayClusterProvisioned")
if provisioned.status == "True" then
  if head.status == "True" then return answer("Healthy", "the head is ready, and all pods have been once") end
  return answer("Degraded", "the head is not ready: " .. why(head))
end

local hopeless = {
  CrashLoopBackOff = true, CreateContainerConfigError = true, CreateContainerError = true, ErrImageNeverPull = true,
  ErrImagePull = true, ImagePullBackOff = true, InvalidImageName = true, RunContainerError = true,
}
if head.status == "False" and hopeless[head.reason] then
  return answer("Degraded", "the head is not ready: " .. head.reason .. ": " .. why(head))
end
if head.status == "True" then return answer("Progressing", "the head is ready; not all workers are yet") end
if head.type ~= nil then return answer("Progressing", "the head is not ready: " .. why(head)) end

-- An operator without conditions.
if status.state == "ready" then return answer("Healthy", "all pods are ready") end
if status.state == "failed" then return answer("Degraded", status.reason) end
if status.state == "suspended" then return answer("Suspended", "suspended: it has no pods") end
return answer("Progressing", "KubeRay has not begun with it; events of the object say why, if it does not")
`;

/** Ready as soon as something answers; its applications and an upgrade on the way say the rest. */
export const RAY_SERVICE = `${CONDITIONS}
local config = obj.spec ~= nil and obj.spec.rayClusterConfig or {}
if config.suspend then return answer("Suspended", "its cluster is suspended") end

local ready = condition("Ready")
if ready.reason == "ValidationFailed" or ready.reason == "InitializingTimeout" then
  return answer("Degraded", ready.reason .. ": " .. why(ready))
end

-- What cannot become well by itself, and what may. In order, so that the message stays the same.
local function applications(cluster, states)
  local found = {}
  for name, application in pairs((cluster or {}).applicationStatuses or {}) do
    if states[application.status] then
      local more = application.message or ""
      if more ~= "" then more = " (" .. more .. ")" end
      table.insert(found, "application " .. name .. " is " .. application.status .. more)
    end
  end
  table.sort(found)
  return table.concat(found, "; ")
end
local bad = { DEPLOY_FAILED = true, UNHEALTHY = true }
local coming = { DEPLOYING = true, NOT_STARTED = true, DELETING = true }
local active = status.activeServiceStatus
local pending = status.pendingServiceStatus
for _, cluster in ipairs({ active or {}, pending or {} }) do
  local failed = applications(cluster, bad)
  if failed ~= "" then return answer("Degraded", failed) end
end

local rollback = condition("RollbackInProgress")
if rollback.status == "True" then return answer("Progressing", why(rollback)) end
local upgrade = condition("UpgradeInProgress")
if upgrade.status == "True" then
  local wait = applications(pending, coming)
  if wait == "" then wait = why(upgrade) end
  return answer("Progressing", "upgrade: " .. wait)
end

if ready.status == "True" then
  local wait = applications(active, coming)
  if wait ~= "" then return answer("Progressing", wait) end
  return answer("Healthy", "it answers requests")
end
if ready.reason == "ZeroServeEndpoints" then return answer("Degraded", why(ready)) end
-- Operators before 1.3 say it so.
if ready.type == nil and status.serviceStatus == "Running" then return answer("Healthy", "it answers requests") end

local wait = applications(pending, coming)
if wait == "" then wait = why(ready) end
if wait == "" then wait = "KubeRay has not begun with it" end
return answer("Progressing", wait)
`;

/** A job is well when it has succeeded, as Argo CD has it for those of Kubernetes. */
export const RAY_JOB = `${CONDITIONS}
local state = status.jobDeploymentStatus or ""
local function told(default)
  local text = status.message
  if text == nil or text == "" then text = default end
  if status.reason ~= nil and status.reason ~= "" then text = status.reason .. ": " .. text end
  return text
end

if state == "Complete" then
  if status.jobStatus == "SUCCEEDED" then return answer("Healthy", told("succeeded")) end
  return answer("Degraded", told("ended as " .. (status.jobStatus or "unknown")))
end
if state == "Failed" or state == "ValidationFailed" then return answer("Degraded", told("failed")) end
if state == "Suspending" then return answer("Progressing", "its cluster is going: it is being suspended") end
if state == "Suspended" or (state == "" and obj.spec ~= nil and obj.spec.suspend) then
  return answer("Suspended", "suspended: it waits to be let in")
end
if state == "Waiting" then return answer("Suspended", "waits for somebody to send the job") end
if state == "Retrying" then return answer("Progressing", "tries again: " .. told("the last try failed")) end
if state == "Running" then return answer("Progressing", "runs: " .. (status.jobStatus or "PENDING")) end
if state == "Initializing" then return answer("Progressing", "its cluster is coming") end
if state == "" then return answer("Progressing", "KubeRay has not begun with it") end
return answer("Progressing", state)
`;
