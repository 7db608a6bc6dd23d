package runner_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostileArchives are folders that try to get out, or to be more than they may.
func hostileArchives(t *testing.T) map[string][]byte {
	link := func(name, target string) tar.Header {
		return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target}
	}
	file := func(name string) tar.Header {
		return tar.Header{Typeflag: tar.TypeReg, Name: name, Size: 4, Mode: 0o644}
	}
	entries := map[string][]tar.Header{
		"parent":               {file("../../../escaped")},
		"absolute":             {file("/tmp/../escaped")},
		"link out":             {link("out", "../../..")},
		"absolute link":        {link("out", "/etc")},
		"through a link":       {link("out", "../../.."), file("out/escaped")},
		"link over a link":     {link("here", "."), link("a", "here/.."), file("a/escaped")},
		"file replaces a link": {link("out", "../../../escaped"), file("out")},
		"link to nowhere":      {link("nothing", "missing")},
		"device":               {{Typeflag: tar.TypeChar, Name: "device", Devmajor: 1, Devminor: 3}},
		"pipe":                 {{Typeflag: tar.TypeFifo, Name: "pipe"}},
		"hard link":            {file("a"), {Typeflag: tar.TypeLink, Name: "b", Linkname: "a"}},
		"hard link out":        {{Typeflag: tar.TypeLink, Name: "b", Linkname: "/etc/passwd"}},
	}
	archives := map[string][]byte{
		"not an archive": []byte("hello"), "nothing": nil, "bomb": bomb(t), "not a tar": zip(t, []byte("hello")),
	}
	for name, headers := range entries {
		archives[name] = archiveOf(t, headers)
	}
	cut := archiveOf(t, []tar.Header{file("main.tf")})
	archives["cut"] = cut[:len(cut)/2]
	return archives
}

func archiveOf(t *testing.T, headers []tar.Header) []byte {
	var buffer bytes.Buffer
	archive := tar.NewWriter(&buffer)
	for _, header := range headers {
		require.NoError(t, archive.WriteHeader(&header))
		if header.Size > 0 {
			_, err := archive.Write(make([]byte, header.Size))
			require.NoError(t, err)
		}
	}
	require.NoError(t, archive.Close())
	return zip(t, buffer.Bytes())
}

// bomb is a file of zeros that is small as long as nobody unpacks it.
func bomb(t *testing.T) []byte {
	return archiveOf(t, []tar.Header{{Typeflag: tar.TypeReg, Name: "zeros", Size: 8 << 20, Mode: 0o644}})
}

func zip(t *testing.T, content []byte) []byte {
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	_, err := writer.Write(content)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return buffer.Bytes()
}
