// Renders each *.tmpl of a folder, and each entry of its snippets.json, with Go's text/template and the data
// of its data.json, as the Go autoscaler does. Beside a template it leaves *.expected, or *.error where Go
// refuses it; beside the snippets snippets.expected.json.
package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

// What the Go autoscaler gives a template, then what this project adds.
type data struct {
	Image       string
	Environment map[string]string
	PreExec     []string
	PostExec    []string
	AgentName   string
	PoolID      string
	Labels      map[string]string
}

type result struct {
	Output *string `json:"output,omitempty"`
	Error  string  `json:"error,omitempty"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run main.go FOLDER")
	}
	folder := os.Args[1]
	var given data
	readJSON(filepath.Join(folder, "data.json"), &given)

	paths, err := filepath.Glob(filepath.Join(folder, "*.tmpl"))
	check(err)
	for _, path := range paths {
		source, err := os.ReadFile(path)
		check(err)
		base := strings.TrimSuffix(path, ".tmpl")
		_ = os.Remove(base + ".expected")
		_ = os.Remove(base + ".error")
		rendered := render(string(source), given)
		if rendered.Output != nil {
			check(os.WriteFile(base+".expected", []byte(*rendered.Output), 0o644))
		} else {
			check(os.WriteFile(base+".error", []byte(rendered.Error+"\n"), 0o644))
		}
	}

	var snippets []string
	readJSON(filepath.Join(folder, "snippets.json"), &snippets)
	results := make([]result, 0, len(snippets))
	for _, snippet := range snippets {
		results = append(results, render(snippet, given))
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	check(encoder.Encode(results))
	check(os.WriteFile(filepath.Join(folder, "snippets.expected.json"), text.Bytes(), 0o644))
}

func render(source string, given data) result {
	parsed, err := template.New("user-data").Parse(source)
	if err != nil {
		return result{Error: err.Error()}
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, given); err != nil {
		return result{Error: err.Error()}
	}
	output := text.String()
	return result{Output: &output}
}

func readJSON(path string, into any) {
	text, err := os.ReadFile(path)
	check(err)
	check(json.Unmarshal(text, into))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
