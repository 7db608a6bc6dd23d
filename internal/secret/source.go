package secret

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/arpent/arpent/internal/fault"
)

// GenerateKey returns a new key as ParseKeyring and LoadKeyring read it.
func GenerateKey() string {
	key := make([]byte, KeySize)
	rand.Read(key) // never fails, it ends the program instead
	return base64.StdEncoding.EncodeToString(key)
}

// ParseKeyring reads keys in base64 (standard or URL-safe, padded or not), separated by commas or white
// space: the form of ARPENT_SECRET_KEY.
func ParseKeyring(text string) (*Keyring, error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r <= ' ' })
	keys := make([][]byte, len(fields))
	for i, field := range fields {
		key, err := decodeKey(field)
		if err != nil {
			return nil, fault.New(fault.Invalid, fault.Text{
				EN: "Secret key number %d is not base64.",
				FR: "La clé secrète numéro %d n’est pas en base64.",
			}, i+1)
		}
		keys[i] = key
	}
	return NewKeyring(keys...)
}

var toStandard = strings.NewReplacer("-", "+", "_", "/")

func decodeKey(text string) ([]byte, error) {
	text = toStandard.Replace(strings.TrimRight(text, "="))
	return base64.RawStdEncoding.Strict().DecodeString(text)
}

// LoadKeyring reads a keyring from a file: one key a line, lines that begin with # are comments. A file that
// is absent is made with a new key, readable by its owner only; processes that start at the same moment
// agree on one. A file that others may write is refused: its keys may be theirs.
func LoadKeyring(path string) (*Keyring, error) {
	text, err := readKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createKeyFile(path); err == nil {
			text, err = readKeyFile(path)
		}
	}
	if _, ok := fault.As(err); ok {
		return nil, err
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, fault.Text{
			EN: "The key file %s cannot be used.",
			FR: "Le fichier de clé %s est inutilisable.",
		}, path).Because(err)
	}
	return ParseKeyring(withoutComments(text))
}

func readKeyFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o022 != 0 {
		return "", fault.New(fault.Invalid, fault.Text{
			EN: "Others may write the key file %s: take that right away (chmod go-w).",
			FR: "D’autres peuvent écrire dans le fichier de clé %s : retirez ce droit (chmod go-w).",
		}, path)
	}
	text, err := os.ReadFile(path)
	return string(text), err
}

// createKeyFile writes the whole file beside its place and links it there. Link fails where rename would
// replace, so the key of a process that was faster stays.
func createKeyFile(path string) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	if err := writeKey(temporary); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func writeKey(file *os.File) error {
	_, err := file.WriteString("# Arpent's secret key. Without it nothing that is sealed in the database can be read: back it up.\n" +
		GenerateKey() + "\n")
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFolder makes the new name survive a power cut: data sealed with a lost key would be lost as well.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func withoutComments(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}
