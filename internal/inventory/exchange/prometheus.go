package exchange

import (
	"encoding/json"
	"net"
	"net/http"
	"strconv"

	"github.com/arpent/arpent/ent"
	"github.com/arpent/arpent/internal/fault"
)

// nodeExporter is the port that is scraped unless another is asked for.
const nodeExporter = 9100

// target is a group of targets of Prometheus's HTTP service discovery; each of ours has one.
type target struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// prometheus answers http_sd_configs.
func (s *Service) prometheus(w http.ResponseWriter, r *http.Request) error {
	port, err := portOf(r)
	if err != nil {
		return err
	}
	servers, err := s.allServers(r)
	if err != nil {
		return err
	}
	targets := make([]target, 0, len(servers))
	for _, one := range servers {
		targets = append(targets, target{[]string{net.JoinHostPort(reach(one), strconv.Itoa(port))}, metaLabels(one)})
	}
	w.Header().Set("Content-Type", "application/json") // Prometheus refuses any other
	return json.NewEncoder(w).Encode(targets)
}

func portOf(r *http.Request) (int, error) {
	text := r.URL.Query().Get("port")
	if text == "" {
		return nodeExporter, nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, fault.New(fault.Invalid, textPort).At("port")
	}
	return port, nil
}

func metaLabels(s *ent.Server) map[string]string {
	labels := map[string]string{
		"__meta_arpent_id": s.ID, "__meta_arpent_hostname": s.Hostname, "__meta_arpent_project": projectOf(s),
		"__meta_arpent_provider": providerOf(s), "__meta_arpent_lifecycle": string(s.Lifecycle), "__meta_arpent_location": s.Location,
	}
	for name, value := range s.Labels {
		labels["__meta_arpent_label_"+word(name)] = value
	}
	return labels
}
