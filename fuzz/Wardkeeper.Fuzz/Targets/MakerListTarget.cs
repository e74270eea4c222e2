using Wardkeeper.Hub.Trust;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>The reader of makers' lists of revoked certificates. It never throws, a refusal has a reason, and what it takes it reads again to the same.</summary>
internal sealed class MakerListTarget : IFuzzTarget
{
    private static readonly string[] Lists =
    [
        // By OpenSSL: two certificates, one with a reason; the same with the place where it is fetched, critical.
        "MIH1MIGbAgEBMAoGCCqGSM49BAMCMB8xDjAMBgNVBAoMBVB1bXBzMQ0wCwYDVQQDDARSb290Fw0yNjExMzAxMDEyNTNaFw0yNjEyMDcxMDEyNTNaMDowFAIDAP/uFw0yNjA1MDIwMDAwMDBaMCICAwobLBcNMjYwNTAxMDAwMDAwWjAMMAoGA1UdFQQDCgEBoA8wDTALBgNVHRQEBAICEAAwCgYIKoZIzj0EAwIDSQAwRgIhALw9zzO+Zm+cIas/ixc3OrBCb3j1G0HY35wpQpCgMltNAiEA7Rp6REiw4yZ+lNGoYhaGkldJZu3FKVsCaWlwtdl9tLU=",
        "MIIBMzCB2gIBATAKBggqhkjOPQQDAjAfMQ4wDAYDVQQKDAVQdW1wczENMAsGA1UEAwwEUm9vdBcNMjYxMTMwMTAxMjU0WhcNMjYxMjA3MTAxMjU0WjA6MBQCAwD/7hcNMjYwNTAyMDAwMDAwWjAiAgMKGywXDTI2MDUwMTAwMDAwMFowDDAKBgNVHRUEAwoBAaBOMEwwHwYDVR0jBBgwFoAU0Fjqq6JNf7vH4RUNoKO3VsryRLcwHAYDVR0cAQH/BBIwEKAOoAyGCmh0dHA6Ly9hL2IwCwYDVR0UBAQCAhABMAoGCCqGSM49BAMCA0gAMEUCIH5/mmv/O2AW0wknBUIGpCCbx1S4VB96JCcw8karZw3DAiEAgKK3bSdl359mXLq0hwkeVhCeSl8up7W4oy02D0q9nvQ=",
    ];

    public string Name => "maker-list";

    public bool IsFramed => false;

    public int Weight => 4;

    public IEnumerable<byte[][]> Seeds() => Lists.Select(static list => new[] { Convert.FromBase64String(list) });

    public void Run(byte[][] records, bool isThorough)
    {
        RevocationList? read = RevocationList.Read(records[0], out CsrFault? fault);
        BrokenPromiseException.Unless(read is null == fault is not null, "refused-without-a-reason");
        if (read is null || !isThorough) return;
        RevocationList? again = RevocationList.Read(read.Der, out _);
        BrokenPromiseException.Unless(again is not null && again.Revoked.Count == read.Revoked.Count && again.Made == read.Made && again.Number == read.Number, "another-list");
    }
}
