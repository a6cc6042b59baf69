// Reads a configuration of Dex from standard input, and fails at names that Dex does not know: Dex itself passes over
// them, so a misspelt option would be an option that is not set.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/sql"
	"github.com/ghodss/yaml"
)

type part struct {
	ID     string          `json:"id"`
	Type   string          `json:"type"`
	Name   string          `json:"name"`
	Config json.RawMessage `json:"config"`
}

// The outer options, as in cmd/dex/config.go, which is no package that could be imported.
type config struct {
	Issuer    string `json:"issuer"`
	Storage   part   `json:"storage"`
	Signer    part   `json:"signer"`
	Web       struct {
		HTTP    string            `json:"http"`
		Headers map[string]string `json:"headers"`
	} `json:"web"`
	Telemetry struct {
		HTTP string `json:"http"`
	} `json:"telemetry"`
	Logger struct {
		Level  string `json:"level"`
		Format string `json:"format"`
	} `json:"logger"`
	OAuth2 struct {
		GrantTypes         []string `json:"grantTypes"`
		ResponseTypes      []string `json:"responseTypes"`
		SkipApprovalScreen bool     `json:"skipApprovalScreen"`
	} `json:"oauth2"`
	Expiry struct {
		IDTokens      string `json:"idTokens"`
		AuthRequests  string `json:"authRequests"`
		RefreshTokens struct {
			AbsoluteLifetime  string `json:"absoluteLifetime"`
			ValidIfNotUsedFor string `json:"validIfNotUsedFor"`
		} `json:"refreshTokens"`
	} `json:"expiry"`
	StaticClients    []storage.Client  `json:"staticClients"`
	Connectors       []part            `json:"connectors"`
	EnablePasswordDB bool              `json:"enablePasswordDB"`
	StaticPasswords  []json.RawMessage `json:"staticPasswords"`
}

type password struct {
	Email             string   `json:"email"`
	Hash              string   `json:"hash"`
	UserID            string   `json:"userID"`
	Username          string   `json:"username"`
	PreferredUsername string   `json:"preferredUsername"`
	Groups            []string `json:"groups"`
}

func main() {
	text, err := io.ReadAll(os.Stdin)
	check("standard input", err)
	asJSON, err := yaml.YAMLToJSON(text)
	check("YAML", err)
	var c config
	strict("configuration", asJSON, &c)
	strict("storage", c.Storage.Config, new(sql.Postgres))
	strict("signer", c.Signer.Config, new(signer.LocalConfig))
	for _, raw := range c.StaticPasswords {
		strict("static password", raw, new(password))
	}
	for _, connector := range c.Connectors {
		make, known := server.ConnectorsConfig[connector.Type]
		if !known {
			check(connector.ID, fmt.Errorf("there is no connector of type %q", connector.Type))
		}
		strict("connector "+connector.ID, connector.Config, make())
	}
	fmt.Printf("%d connectors", len(c.Connectors))
}

func strict(what string, text []byte, into any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	check(what, decoder.Decode(into))
}

func check(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}
