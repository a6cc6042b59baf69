// Reads what Keelson writes for one environment with Argo CD's own code: renders the ApplicationSets over the directories
// that exist, and asks the projects whether they permit every Application, its source, its destination and each of its
// objects, and whether a commit elsewhere leaves an Application alone.
// Or asks the settings that a person applies how objects are that have been through something.
//
// Built inside the source of Argo CD by verify.ts.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	log "github.com/sirupsen/logrus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubernetes "k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/yaml"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/app/path"
	"github.com/argoproj/argo-cd/v3/util/glob"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/argo-cd/v3/util/settings"
)

// A repository as the git generator sees it.
type directories []string

func (directories) GetFiles(context.Context, string, string, string, string, bool, bool) (map[string][]byte, error) {
	return nil, nil
}

func (d directories) GetDirectories(context.Context, string, string, string, bool, bool) ([]string, error) {
	return d, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return value
}

// The documents of all YAML files of a directory; below it too when recurse is set.
func documents(directory string, recurse bool, exclude string) (found [][]byte) {
	must(0, filepath.WalkDir(directory, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || (entry.IsDir() && file != directory && !recurse) {
			if err == nil {
				err = filepath.SkipDir
			}
			return err
		}
		relative := must(filepath.Rel(directory, file))
		if !entry.IsDir() && strings.HasSuffix(file, ".yaml") && (exclude == "" || !glob.Match(exclude, relative)) {
			for _, document := range strings.Split(string(must(os.ReadFile(file))), "\n---\n") {
				found = append(found, []byte(document))
			}
		}
		return nil
	}))
	return found
}

func parse[T any](document []byte) (value T) {
	must(0, yaml.Unmarshal(document, &value))
	return value
}

func kind(document []byte) string {
	return parse[struct {
		Kind string `json:"kind"`
	}](document).Kind
}

// An object, and what is to be said of it.
type healthCase struct {
	What    string         `json:"what"`
	Object  map[string]any `json:"object"`
	Status  string         `json:"status"`
	Message string         `json:"message"`
}

// Asks Argo CD about each case of a file, with the settings of another one and with none.
func health(settingsFile, casesFile string) {
	config := parse[corev1.ConfigMap](must(os.ReadFile(settingsFile)))
	secret := corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "argocd-secret", Namespace: config.Namespace, Labels: config.Labels}}
	manager := settings.NewSettingsManager(context.Background(), kubernetes.NewClientset(&config, &secret), config.Namespace)
	overrides := must(manager.GetResourceOverrides())
	var cases []healthCase
	must(0, json.Unmarshal(must(os.ReadFile(casesFile)), &cases))
	problems := 0
	for _, c := range cases {
		object := &unstructured.Unstructured{Object: c.Object}
		if script, _, err := (lua.VM{}).GetHealthScript(object); err != nil || script != "" {
			problems++
			fmt.Printf("  Argo CD has a check of %s itself: %v\n", object.GroupVersionKind().GroupKind(), err)
		}
		vm := lua.VM{ResourceOverrides: overrides}
		script, openLibs, err := vm.GetHealthScript(object)
		vm.UseOpenLibs = openLibs
		found, failure := vm.ExecuteHealthLua(object, must(script, err))
		if failure != nil || string(found.Status) != c.Status || !strings.Contains(found.Message, c.Message) {
			problems++
			fmt.Printf("  a %s that %s: want %s %q, found %+v %v\n", object.GetKind(), c.What, c.Status, c.Message, found, failure)
		}
	}
	fmt.Printf("health by %s: %d cases, %d problems\n", settingsFile, len(cases), problems)
	if problems > 0 {
		os.Exit(1)
	}
}

// usage, at the root of the repository: keelson <cluster> <environment>
// or: keelson --health <ConfigMap with settings> <cases>
func main() {
	log.SetLevel(log.FatalLevel)
	if os.Args[1] == "--health" {
		health(os.Args[2], os.Args[3])
		return
	}
	cluster, environment := os.Args[1], os.Args[2]

	var all directories
	must(0, filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if entry.IsDir() && (file == "node_modules" || strings.HasPrefix(entry.Name(), ".") && file != ".") {
			return filepath.SkipDir
		}
		if entry.IsDir() {
			all = append(all, file)
		}
		return err
	}))

	problems := 0
	problem := func(format string, args ...any) {
		problems++
		fmt.Printf("  "+format+"\n", args...)
	}

	scheme := runtime.NewScheme()
	must(0, v1alpha1.AddToScheme(scheme))
	objects := fake.NewClientBuilder().WithScheme(scheme)
	projects := map[string]v1alpha1.AppProject{}
	var sets []v1alpha1.ApplicationSet
	var applications []v1alpha1.Application
	given := append(documents("argocd/"+cluster, false, ""), documents("argocd/"+cluster+"/"+environment, false, "")...)
	for _, document := range given {
		switch kind(document) {
		case "AppProject":
			project := parse[v1alpha1.AppProject](document)
			if err := project.ValidateProject(); err != nil {
				problem("project %s: %s", project.Name, err)
			}
			projects[project.Name] = project
			objects = objects.WithObjects(&project)
		case "ApplicationSet":
			sets = append(sets, parse[v1alpha1.ApplicationSet](document))
		case "Application":
			applications = append(applications, parse[v1alpha1.Application](document))
		}
	}
	client := objects.Build()
	for _, set := range sets {
		git := map[string]generators.Generator{"Git": generators.NewGitGenerator(all, set.Namespace)}
		rendered, _, err := template.GenerateApplications(log.WithField("set", set.Name), set, git, &utils.Render{}, client)
		applications = append(applications, must(rendered, err)...)
	}

	owners := map[string]string{}
	checked := 0
	for index := 0; index < len(applications); index++ {
		application := applications[index]
		source := application.Spec.GetSource()
		project, found := projects[application.Spec.Project]
		if !found {
			problem("%s: there is no project %q", application.Name, application.Spec.Project)
			continue
		}
		destination := &v1alpha1.Cluster{Server: application.Spec.Destination.Server, Name: application.Spec.Destination.Name}
		if !project.IsSourcePermitted(source) {
			problem("%s: project %s does not permit its source", application.Name, project.Name)
		}
		if !must(project.IsDestinationPermitted(destination, application.Spec.Destination.Namespace, nil)) {
			problem("%s: project %s does not permit its destination", application.Name, project.Name)
		}
		if source.Chart != "" {
			continue
		}
		refresh := path.GetAppRefreshPaths(&application)
		if !path.AppFilesHaveChanged(refresh, []string{source.Path + "/a.yaml"}) {
			problem("%s: a commit to its own files does not refresh it", application.Name)
		}
		if path.AppFilesHaveChanged(refresh, []string{source.Path + "-2/a.yaml", "README.md"}) {
			problem("%s: a commit to other files refreshes it", application.Name)
		}
		directory := v1alpha1.ApplicationSourceDirectory{}
		if source.Directory != nil {
			directory = *source.Directory
		}
		for _, document := range documents(source.Path, directory.Recurse, directory.Exclude) {
			object := &unstructured.Unstructured{Object: parse[map[string]any](document)}
			checked++
			name := fmt.Sprintf("%s %s/%s", object.GroupVersionKind().GroupKind(), object.GetNamespace(), object.GetName())
			if !must(project.IsLiveResourcePermitted(object, destination, nil)) {
				problem("%s: project %s does not permit %s", application.Name, project.Name, name)
			}
			if owner, taken := owners[name]; taken {
				problem("%s is in %s and in %s", name, owner, application.Name)
			}
			owners[name] = application.Name
			if object.GetKind() == "Application" && strings.HasPrefix(source.Path, "dist/") {
				applications = append(applications, parse[v1alpha1.Application](document))
			}
		}
	}
	fmt.Printf("%s on %s: %d Applications, %d objects, %d problems\n", environment, cluster, len(applications), checked, problems)
	if problems > 0 {
		os.Exit(1)
	}
}
