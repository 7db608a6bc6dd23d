// Package composecheck holds the tests of the deployment: docker-compose.yml as the compose library reads it, the
// Dockerfile and nginx's configuration. It is a module of its own because the library is large.
package composecheck

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// project loads docker-compose.yml with nothing of this machine's environment in it.
func project(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root, "docker-compose.yml")},
		cli.WithEnv([]string{}), cli.WithResolvedPaths(false))
	require.NoError(t, err)
	loaded, err := options.LoadProject(context.Background())
	require.NoError(t, err)
	return loaded
}

// watched is the project with Prometheus and Grafana.
func watched(t *testing.T) *types.Project {
	t.Helper()
	p, err := project(t).WithProfiles([]string{"watch"})
	require.NoError(t, err)
	return p
}

func TestWhatWatchesIsWholeAndStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	p := watched(t)
	names := p.ServiceNames()
	slices.Sort(names)
	require.Equal(t, []string{"arpent", "grafana", "nginx", "postgres", "prometheus", "redis", "worker"}, names)
	require.Empty(t, p.Services["prometheus"].Ports)
	require.Len(t, p.Services["grafana"].Ports, 1)
	require.Equal(t, "127.0.0.1", p.Services["grafana"].Ports[0].HostIP)
	require.Contains(t, p.Services["prometheus"].Networks, "inside", "where the servers tell their numbers")
	for _, name := range []string{"prometheus", "grafana"} {
		for _, volume := range p.Services[name].Volumes {
			if volume.Type == types.VolumeTypeBind {
				require.DirExists(t, filepath.Join(root, volume.Source), name)
				require.True(t, volume.ReadOnly, name)
			}
		}
	}
	scraped, err := os.ReadFile(filepath.Join(root, "deploy", "prometheus", "prometheus.yml"))
	require.NoError(t, err)
	_, port, _ := strings.Cut(*p.Services["arpent"].Environment["ARPENT_METRICS_LISTEN"], ":")
	require.Contains(t, string(scraped), "port: "+port)
}

func TestTheInstallationIsWhole(t *testing.T) {
	t.Parallel()
	p := project(t)
	names := p.ServiceNames()
	slices.Sort(names)
	require.Equal(t, []string{"arpent", "nginx", "postgres", "redis", "worker"}, names)
	require.Equal(t, 2, *p.Services["arpent"].Deploy.Replicas)
}

func TestEveryServiceSaysWhetherItIsWell(t *testing.T) {
	t.Parallel()
	for name, service := range project(t).Services {
		require.Equal(t, types.RestartPolicyUnlessStopped, service.Restart, name)
		if name == "worker" { // it listens nowhere: it asks the server, which shows whether it came
			continue
		}
		require.NotNil(t, service.HealthCheck, name)
		require.NotEmpty(t, service.HealthCheck.Test, name)
	}
}

func TestServicesWaitForTheHealthOfWhatTheyNeed(t *testing.T) {
	t.Parallel()
	for name, service := range project(t).Services {
		for needed, dependency := range service.DependsOn {
			require.Equal(t, types.ServiceConditionHealthy, dependency.Condition, "%s needs %s", name, needed)
		}
	}
}

// secretName recognizes the names of variables that hold secrets.
var secretName = regexp.MustCompile(`(?i)(password|secret|token|key|credential|database_url|redis_url)`)

func TestSecretsAreFilesAndNeverInline(t *testing.T) {
	t.Parallel()
	p := project(t)
	for name, service := range p.Services {
		for variable, value := range service.Environment {
			if !secretName.MatchString(variable) {
				continue
			}
			require.True(t, strings.HasSuffix(variable, "_FILE"), "%s: %s is a secret and not a file", name, variable)
			file, ok := strings.CutPrefix(*value, "/run/secrets/")
			require.True(t, ok, "%s: %s", name, variable)
			require.True(t, slices.ContainsFunc(service.Secrets, func(s types.ServiceSecretConfig) bool {
				return s.Source == file
			}), "%s is not given the secret %s", name, file)
		}
	}
	for name, secret := range p.Secrets {
		require.Equal(t, "deploy/secrets/"+name, filepath.Clean(secret.File))
	}
}

func TestMakeSecretsMakesEachOfThemOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script, err := os.ReadFile(filepath.Join(root, "deploy", "make-secrets"))
	require.NoError(t, err)
	path := filepath.Join(dir, "make-secrets")
	require.NoError(t, os.WriteFile(path, script, 0o700))
	read := func() map[string]string {
		out, err := exec.Command("sh", path).CombinedOutput()
		require.NoError(t, err, "%s", out)
		made := map[string]string{}
		for name := range project(t).Secrets {
			text, err := os.ReadFile(filepath.Join(dir, "secrets", name))
			require.NoError(t, err)
			require.NotEmpty(t, strings.TrimSpace(string(text)), name)
			require.NotContains(t, string(out), strings.TrimSpace(string(text)), "it shows a secret")
			made[name] = string(text)
		}
		return made
	}
	first := read()
	require.Equal(t, first, read())
	require.Contains(t, first["database_url"], strings.TrimSpace(first["postgres_password"]))
	folder, err := os.Stat(filepath.Join(dir, "secrets"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), folder.Mode().Perm())
}

func TestTheWorkerReachesNeitherDatabaseNorQueue(t *testing.T) {
	t.Parallel()
	p := project(t)
	worker := p.Services["worker"]
	for _, store := range []string{"postgres", "redis"} {
		for network := range p.Services[store].Networks {
			require.NotContains(t, worker.Networks, network, store)
			require.True(t, bool(p.Networks[network].Internal), "%s is open to the world", network)
		}
	}
	for _, secret := range worker.Secrets {
		require.Equal(t, "worker_token", secret.Source)
	}
}

func TestOnlyNginxIsPublished(t *testing.T) {
	t.Parallel()
	for name, service := range project(t).Services {
		require.Equal(t, name == "nginx", len(service.Ports) > 0, name)
	}
}

func TestOurContainersHaveNoPrivileges(t *testing.T) {
	t.Parallel()
	p := project(t)
	for _, name := range []string{"arpent", "worker"} {
		service := p.Services[name]
		require.True(t, service.ReadOnly, name)
		require.Equal(t, []string{"ALL"}, service.CapDrop, name)
		require.Contains(t, service.SecurityOpt, "no-new-privileges:true", name)
	}
}

func TestImagesAndMountsAreThere(t *testing.T) {
	t.Parallel()
	for name, service := range project(t).Services {
		if service.Build == nil {
			require.Regexp(t, `^[a-z]+:\d+(\.\d+)*-[a-z]+$`, service.Image, "%s: pin the image", name)
		} else {
			require.FileExists(t, filepath.Join(root, service.Build.Dockerfile), name)
		}
		for _, volume := range service.Volumes {
			if volume.Type == types.VolumeTypeBind {
				require.FileExists(t, filepath.Join(root, volume.Source), name)
			}
		}
	}
}
