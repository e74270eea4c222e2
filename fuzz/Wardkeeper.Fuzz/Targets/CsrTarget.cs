using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Wardkeeper.Hub.Trust;

namespace Wardkeeper.Fuzz.Targets;

/// <summary>
/// The check of requests for certificates. It never throws, a refusal has a reason, and what it takes the framework's own reader takes too, with the same key.
/// </summary>
internal sealed class CsrTarget : IFuzzTarget
{
    private static readonly string[] Requests =
    [
        // P-256 with alternative names of every kind and a challenge password; P-384; RSA; SM2, which is refused.
        "MIIBXzCCAQUCAQAwMzERMA8GA1UECgwISG9zcGl0YWwxDzANBgNVBAMMBlB1bXAgOTENMAsGA1UEBRMEU04tOTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJouNjkVjZNdWgE7dW6w+xdNdi4zx/te5sY/tp6F35s7GFFDk2S0g0DFX+3NzAjjQqaUPKAmw3j4LO/JV3V498qgcDAfBgkqhkiG9w0BCQcxEgwQQUFBQUFBQUFBQUFBQUFBQTBNBgkqhkiG9w0BCQ4xQDA+MDwGA1UdEQQ1MDOCDHB1bXAuZXhhbXBsZYcECgAACaAdBggrBgEFBQcIBKARMA8GCSsGAQQBho0fAQQCAQIwCgYIKoZIzj0EAwIDSAAwRQIhAOH21j4rgZzOmr4SPIvwwGGsYlLkzI/A/ajq/kLut65uAiB32fHX/8f7JmopSpzy6xZd5Qw0XBelzwkMw0Xu8BqZww==",
        "MIIBBTCBiwIBADAMMQowCAYDVQQDDAFtMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEo+XGf1SimHBYlo7jBKY6YmwdBi+ZqynytKxJjmw9WIu8/wMb3OyWZ02gffmteMF0o+6/788MkVN7Yqn8o8qQ8+ziNiyon8eicqkJfMGMQKk2a5V80w+QRqJA+OjI3tbLoAAwCgYIKoZIzj0EAwMDaQAwZgIxAOJoV1f6r6Jrp4yLyWmSWTBPLYRp0qjaKZbxA0XfzJ7FUzYOoZmlQD5D/m7kV/AdEAIxAOUOsWt9Mr/YByR8H4wdYld3Fp9ziYHutEhQCPTQtkGNUU/YagBU7t0QXNO+TXFTyA==",
        "MIICYDCCAUgCAQAwGzEMMAoGA1UEAwwDb2xkMQswCQYDVQQFEwJSMTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBALB+C2jVYjxdWmY6SOJTmRDFO1GxnAArMChv2Q+Wnk+VINNtLvNTtI3bHp3ba+IWiRMCR4Lzh7p1ZnkUjTkDo3q3uE32lqtUX7JVcLikan9ZxYJdf1XqCC1Jc6BZ8h8lVBUZ++lhabGZpVkykTtftUOGMhn86F0W7xVlVC7619bEk1K3cNBYwvxyNnnZtb9A6ksB6Le5cJ5Z8w01vMigMgq/2avub9LOECnB8OZ4uxFJToMlwCc5RsomjO/sZPwtBgnP3jBzHknlniqd6o6tKnTBOUXvlhFdQAD3goyR/Tstzpq2px0uDnruP2zLf0KpvM63ZgX1Y7rrVW5v62EwwmECAwEAAaAAMA0GCSqGSIb3DQEBCwUAA4IBAQCteobTfHI45EpPMsRA8ljIDIbDsDvicLligIYkHJJhKUVcQ5a699bPdJzaPnpEjwpfIWOnqLvXSpzkBMIvtIwoWK3nyTiW7OYLpvRNk/fOz6TP+8RVX5xQ0wykmN1LnkP19eZD0VzLhv/3kbfcQg+MqjeoEVkcewMM7j3+pFJULnuwuYC6+bj9vOc08fX5sz0y4EIV1RsnduBohtAvuHmDcIwCxI5UK5LKL5nvy98QptkMte7tE9yPvF22D2cSIYoFS4rCllJ9hH9ddpf90Xebj9skR8/ZWTpUt2wBCQ0ipjU3d3hpMHDr/iIOIZmG65t9bJHygq3PBwJdwpXosgzk",
        "MIHIMG8CAQAwDTELMAkGA1UEAwwCc20wWTATBgcqhkjOPQIBBggqgRzPVQGCLQNCAAR/V93WrEI9wKmWKdau0yLT2gXnuLJxCrhzjnBvhql0BxRzZLT3U8/blPJj77+hyj63vYkbdKco2HEPKb6Zyl5doAAwCgYIKoEcz1UBg3UDSQAwRgIhAKX2e69GIasTT85h6o5kTe4BDqy2/J6vcztXjkkY+dkWAiEAguHWFlYPJULWtbpwMwbviB5Xn4kB7JO35ev3JsWw7vM=",
    ];

    public string Name => "csr";

    public bool IsFramed => false;

    public int Weight => 8;

    public IEnumerable<byte[][]> Seeds() => Requests.Select(static request => new[] { Convert.FromBase64String(request) });

    public void Run(byte[][] records, bool isThorough)
    {
        byte[] sent = records[0];
        CheckedRequest? read = CsrCheck.Check(sent, 2048, out CsrFault? fault);
        BrokenPromiseException.Unless(read is null == fault is not null, "refused-without-a-reason");
        if (CsrCheck.Decode(sent) is { } decoded && !decoded.AsSpan().SequenceEqual(sent)) CsrCheck.Check(decoded, 2048, out _);
        if (read is null || !isThorough) return;
        CertificateRequest second = CertificateRequest.LoadSigningRequest(sent, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);
        BrokenPromiseException.Unless(second.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(read.SubjectPublicKeyInfo), "another-key");
    }
}
