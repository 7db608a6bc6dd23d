package inventory

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/arpent/arpent/internal/fault"
)

// The fields that a column can give. A column labels.NAME gives a label.
const (
	fieldHostname     = "hostname"
	fieldExternalID   = "externalId"
	fieldAddress      = "address"
	fieldCores        = "cores"
	fieldMemory       = "memory"
	fieldDisk         = "disk"
	fieldArchitecture = "architecture"
	fieldSystem       = "system"
	fieldLocation     = "location"
	labelPrefix       = "labels."
)

// synonyms are the headers that hosting providers use, folded: without accents, capitals, units and signs.
var synonyms = map[string][]string{
	fieldHostname:     {"hostname", "host", "server", "servername", "serveur", "nomduserveur", "nom", "name", "nomdhote", "hote", "fqdn", "dns", "machine"},
	fieldExternalID:   {"externalid", "id", "serverid", "reference", "ref", "serial", "serialnumber", "numerodeserie", "identifiant", "serviceid", "assettag"},
	fieldAddress:      {"address", "addresses", "ip", "ips", "ipaddress", "ipv4", "ipv6", "adresse", "adresses", "adresseip", "adressesip", "ippublique", "publicip"},
	fieldCores:        {"cores", "cpu", "cpus", "vcpu", "vcpus", "coeurs", "nbcoeurs", "nombredecoeurs", "processeurs", "cpucores"},
	fieldMemory:       {"memory", "ram", "memoire", "memoirevive", "mem", "memorysize"},
	fieldDisk:         {"disk", "disque", "storage", "stockage", "disksize", "disquedur", "hdd", "ssd", "capacite"},
	fieldArchitecture: {"architecture", "arch"},
	fieldSystem:       {"system", "os", "operatingsystem", "systeme", "systemedexploitation", "image", "distribution"},
	fieldLocation:     {"location", "datacenter", "dc", "site", "region", "zone", "emplacement", "localisation", "centrededonnees", "rack"},
}

// readHeader finds which column gives which field.
func (t *table) readHeader(header []string) error {
	if len(header) > maxColumns {
		return fault.New(fault.Limited, textTooManyColumns, maxColumns, len(header)).At("file")
	}
	seen := map[string]bool{}
	for _, name := range header {
		name = strings.TrimSpace(name)
		if name != "" && seen[name] {
			return fault.New(fault.Invalid, textTwice, name).At("file")
		}
		seen[name] = true
		t.reading.Headers = append(t.reading.Headers, name)
	}
	columns := recognized(t.reading.Headers)
	maps.Copy(columns, overlay(t.remembered, t.reading.Headers))
	maps.Copy(columns, t.reading.Columns)
	t.reading.Columns, t.index = columns, map[string]int{}
	for _, field := range slices.Sorted(maps.Keys(columns)) {
		if err := t.place(field, columns[field]); err != nil {
			return err
		}
	}
	t.order = slices.SortedFunc(maps.Keys(t.index), func(a, b string) int { return t.index[a] - t.index[b] })
	if _, ok := t.index[fieldHostname]; !ok {
		return fault.New(fault.Invalid, textNoHostname).At("mapping", "columns")
	}
	return nil
}

func isField(name string) bool { return synonyms[name] != nil || strings.HasPrefix(name, labelPrefix) }

func (t *table) place(field, header string) error {
	if !isField(field) {
		return fault.New(fault.Invalid, textNoField, field).At("mapping", "columns")
	}
	if header == "" {
		return nil // it was said that no column gives it
	}
	i := slices.Index(t.reading.Headers, header)
	if i < 0 {
		return fault.New(fault.Invalid, textNoColumn, header).At("mapping", "columns")
	}
	t.index[field] = i
	return nil
}

// recognized maps headers that are known by name. The first column of a kind is taken.
func recognized(headers []string) map[string]string {
	columns := map[string]string{}
	for _, header := range headers {
		if label, ok := strings.CutPrefix(strings.ToLower(header), labelPrefix); ok && labelPattern.MatchString(label) {
			columns[labelPrefix+label] = header
			continue
		}
		folded := fold(header)
		for field, names := range synonyms {
			if _, taken := columns[field]; !taken && slices.Contains(names, folded) {
				columns[field] = header
			}
		}
	}
	return columns
}

// overlay is what is left of a remembered mapping for a file with these headers: columns that it does not have say nothing of it.
func overlay(remembered map[string]string, headers []string) map[string]string {
	columns := maps.Clone(remembered)
	maps.DeleteFunc(columns, func(field, header string) bool {
		return !isField(field) || header != "" && !slices.Contains(headers, header)
	})
	return columns
}

// byHand is what somebody mapped by hand, to be remembered: what differs from what is recognized, with what was remembered of
// columns that this file does not have. A field without a column was taken from one.
func (r Reading) byHand(remembered map[string]string) map[string]string {
	usual := recognized(r.Headers)
	columns := map[string]string{}
	for field, header := range remembered {
		if header != "" && !slices.Contains(r.Headers, header) {
			columns[field] = header
		}
	}
	for field, header := range r.Columns {
		if usual[field] != header {
			columns[field] = header
		}
	}
	return columns
}

// fold brings a header to the form of the synonyms: "Mémoire (Go)" is memoire.
func fold(header string) string {
	name, _, _ := strings.Cut(header, "(")
	bare, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		bare = name
	}
	bare = strings.NewReplacer("œ", "oe", "Œ", "oe").Replace(bare)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, bare)
}
