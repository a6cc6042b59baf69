// Reads objects of KubeRay's kinds as a list and writes what KubeRay makes of each.
package main

import (
	"encoding/json"
	"os"

	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
)

func main() {
	// KubeRay prints to the standard output here and there.
	output := os.Stdout
	os.Stdout = os.Stderr
	var written []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&written); err != nil {
		panic(err)
	}
	made := []ray.Made{}
	for _, object := range written {
		made = append(made, ray.MadeOf(object))
	}
	if err := json.NewEncoder(output).Encode(made); err != nil {
		panic(err)
	}
}
