/**
 * Health of Kubeflow's Notebook, by the status that its controller writes (kubeflow/notebooks v1.11.0, api/v1 and
 * notebook_controller.go): the state of its container and the conditions of its pod, which are those of Kubernetes. One
 * that the culler stopped has an annotation.
 */
export const NOTEBOOK = `\
local status = obj.status or {}
local function answer(health, message)
  return { status = health, message = message or "" }
end
if ((obj.metadata or {}).annotations or {})["kubeflow-resource-stopped"] ~= nil then
  return answer("Suspended", "stopped: whoever wants it again takes the annotation kubeflow-resource-stopped away")
end
if (status.readyReplicas or 0) > 0 then return answer("Healthy", "it answers requests") end

local waiting = (status.containerState or {}).waiting or {}
local hopeless = {
  CrashLoopBackOff = true, CreateContainerConfigError = true, CreateContainerError = true, ErrImageNeverPull = true,
  ErrImagePull = true, ImagePullBackOff = true, InvalidImageName = true, RunContainerError = true,
}
local function told(found)
  if found.message ~= nil and found.message ~= "" then return found.reason .. ": " .. found.message end
  return found.reason
end
if waiting.reason ~= nil and hopeless[waiting.reason] then return answer("Degraded", told(waiting)) end
for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "PodScheduled" and condition.status == "False" and condition.reason ~= nil then
    return answer("Progressing", told(condition))
  end
end
if waiting.reason ~= nil then return answer("Progressing", told(waiting)) end
return answer("Progressing", "its pod is not ready; events of the object say why, if it does not come")
`;
