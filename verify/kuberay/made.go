// What KubeRay itself makes of objects, and what it finds wrong with them: its own validation, and its reconciler of
// RayClusters on a client that only remembers. Built inside the source of KubeRay by verify.ts, as part of the package
// of its controllers: what is asked here is not exported.
package ray

import (
	"context"
	"encoding/json"
	"math"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/record"
	"k8s.io/utils/ptr"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/common"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/expectations"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
)

// What is made of one object, and what is wrong with it.
type Made struct {
	Problems []string        `json:"problems"`
	Objects  []client.Object `json:"objects"`
}

const generated = "-xxxxx"

// MadeOf says what KubeRay makes of an object of one of its kinds.
func MadeOf(written []byte) (made Made) {
	ctx := context.Background()
	types := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, rayv1.AddToScheme} {
		if err := add(types); err != nil {
			panic(err)
		}
	}
	check := func(errs ...error) {
		for _, err := range errs {
			if err != nil {
				made.Problems = append(made.Problems, err.Error())
			}
		}
	}
	add := func(object client.Object, err error) {
		check(err)
		if err == nil {
			made.Objects = append(made.Objects, object)
		}
	}
	defer func() {
		for _, object := range made.Objects {
			gvk, err := apiutil.GVKForObject(object, types)
			check(err)
			object.GetObjectKind().SetGroupVersionKind(gvk)
		}
	}()
	var kind struct {
		Kind string `json:"kind"`
	}
	check(json.Unmarshal(written, &kind))
	switch kind.Kind {
	case "RayCluster":
		cluster := &rayv1.RayCluster{}
		check(json.Unmarshal(written, cluster))
		cluster.UID = "uid"
		reconcileOnce(ctx, types, cluster, check, add)
	case "RayService":
		service := &rayv1.RayService{}
		check(json.Unmarshal(written, service))
		service.UID = "uid"
		complete(&service.Spec.RayClusterSpec)
		check(utils.ValidateRayServiceMetadata(service.ObjectMeta), utils.ValidateRayServiceSpec(service))
		cluster, err := constructRayClusterForRayService(service, service.Name+generated, types)
		check(err)
		reconcileOnce(ctx, types, cluster, check, add)
		head, err := common.BuildHeadServiceForRayService(ctx, *service, *cluster)
		add(head, err)
		serve, err := common.BuildServeServiceForRayService(ctx, *service, *cluster)
		add(serve, err)
	case "RayJob":
		job := &rayv1.RayJob{}
		check(json.Unmarshal(written, job))
		job.UID = "uid"
		if job.Spec.RayClusterSpec != nil {
			complete(job.Spec.RayClusterSpec)
		}
		if job.Spec.SubmissionMode == "" {
			job.Spec.SubmissionMode = rayv1.K8sJobMode
		}
		check(utils.ValidateRayJobMetadata(job.ObjectMeta), utils.ValidateRayJobSpec(job))
		if len(job.Spec.ClusterSelector) > 0 {
			return made
		}
		memory := fake.NewClientBuilder().WithScheme(types).Build()
		r := &RayJobReconciler{Client: memory, Scheme: types, Recorder: record.NewFakeRecorder(100)}
		cluster, err := r.constructRayClusterForRayJob(job, job.Name+generated)
		check(err)
		reconcileOnce(ctx, types, cluster, check, add)
		head, err := common.BuildHeadServiceForRayJob(ctx, *job, *cluster)
		add(head, err)
		if job.Spec.SubmissionMode != rayv1.K8sJobMode {
			return made
		}
		template, err := getSubmitterTemplate(job, cluster)
		check(err, r.createNewK8sJob(ctx, job, template))
		jobs := &batchv1.JobList{}
		check(memory.List(ctx, jobs))
		for index := range jobs.Items {
			add(&jobs.Items[index], nil)
		}
	}
	return made
}

// Defaults of the definition, and a pod of every group.
func complete(spec *rayv1.RayClusterSpec) {
	for index := range spec.WorkerGroupSpecs {
		group := &spec.WorkerGroupSpecs[index]
		group.NumOfHosts = max(group.NumOfHosts, 1)
		group.MaxReplicas = ptr.To(ptr.Deref(group.MaxReplicas, math.MaxInt32))
		group.MinReplicas = ptr.To(max(ptr.Deref(group.MinReplicas, 0), 1))
		group.Replicas = ptr.To(ptr.Deref(group.Replicas, 0))
	}
}

func reconcileOnce(ctx context.Context, types *runtime.Scheme, cluster *rayv1.RayCluster, check func(...error), add func(client.Object, error)) {
	complete(&cluster.Spec)
	setDefaults(cluster)
	check(
		utils.ValidateRayClusterMetadata(cluster.ObjectMeta),
		utils.ValidateRayClusterSpec(&cluster.Spec, cluster.Annotations),
		utils.ValidateRayClusterUpgradeOptions(cluster),
	)
	memory := fake.NewClientBuilder().WithScheme(types).WithObjects(cluster).WithStatusSubresource(cluster).Build()
	// Accounts that a template names are somebody else's to make.
	if account := cluster.Spec.HeadGroupSpec.Template.Spec.ServiceAccountName; account != "" {
		given := &corev1.ServiceAccount{}
		given.Name, given.Namespace = account, cluster.Namespace
		check(memory.Create(ctx, given))
	}
	r := &RayClusterReconciler{
		Client:                     memory,
		Recorder:                   record.NewFakeRecorder(100),
		Scheme:                     types,
		rayClusterScaleExpectation: expectations.NewRayClusterScaleExpectation(memory),
	}
	// The first time may do no more than add a finalizer.
	for range 2 {
		check(memory.Get(ctx, client.ObjectKeyFromObject(cluster), cluster))
		_, err := r.Reconcile(ctx, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(cluster)})
		// There is nobody here who gives Services an address.
		if err != nil && !strings.HasPrefix(err.Error(), "head service IP is empty") {
			check(err)
		}
	}
	for _, list := range []client.ObjectList{
		&corev1.PodList{}, &corev1.ServiceList{}, &corev1.ServiceAccountList{}, &corev1.SecretList{},
		&rbacv1.RoleList{}, &rbacv1.RoleBindingList{},
	} {
		check(memory.List(ctx, list))
		items, err := metaItems(list)
		check(err)
		for _, item := range items {
			if len(item.GetOwnerReferences()) > 0 {
				add(item, nil)
			}
		}
	}
	if utils.IsGCSFaultToleranceEnabled(&cluster.Spec, cluster.Annotations) {
		cleanup := r.buildRedisCleanupJob(ctx, *cluster)
		add(&cleanup, nil)
	}
}

func metaItems(list client.ObjectList) (found []client.Object, err error) {
	items, err := meta.ExtractList(list)
	for _, item := range items {
		if object, ok := item.(client.Object); ok {
			found = append(found, object)
		}
	}
	return found, err
}
