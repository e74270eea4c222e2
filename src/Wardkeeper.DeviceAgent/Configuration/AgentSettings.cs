namespace Wardkeeper.DeviceAgent.Configuration;

/// <summary>What a device maker or hospital writes: JSON, comments allowed, unknown names refused. <c>init</c> seals all of it but <see cref="Chip"/>.</summary>
/// <remarks>What may be missing has a setter: generated readers give properties that can only be initialised the type's default, not the one that stands here.</remarks>
internal sealed record AgentSettings
{
    /// <summary>Where the keys live.</summary>
    public required ChipSettings Chip { get; init; }

    /// <summary>Which device this is.</summary>
    public required DeviceSettings Device { get; init; }

    /// <summary>Where the hub is and how it is recognised.</summary>
    public required HubSettings Hub { get; init; }

    /// <summary>How the first certificate is got and the next ones.</summary>
    public EnrolmentSettings Enrolment { get; set; } = new();

    /// <summary>Measurements that are sent; null sends none.</summary>
    public TelemetrySettings? Telemetry { get; set; }

    /// <summary>The TPM that proves the state of the device; null proves none.</summary>
    public AttestationSettings? Attestation { get; set; }
}

/// <summary>Where the keys live; stays readable beside the sealed store, since it opens it.</summary>
internal sealed record ChipSettings
{
    /// <summary><c>pkcs11</c> or <c>file</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>pkcs11: path of the module.</summary>
    public string? Module { get; set; }

    /// <summary>pkcs11: label of the token.</summary>
    public string? Token { get; set; }

    /// <summary>pkcs11: file with the user's PIN, readable by its owner only.</summary>
    public string? PinFile { get; set; }

    /// <summary>pkcs11: variables that the module reads.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>file: file with the secret that encrypts the keys, readable by its owner only.</summary>
    public string? SecretFile { get; set; }
}

/// <summary>Which device this is.</summary>
internal sealed record DeviceSettings
{
    /// <summary>The maker's serial number; becomes the serialNumber of the certificate's subject (802.1AR, section 8.6).</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Common name of the certificate; the serial number when missing.</summary>
    public string? Name { get; set; }
}

/// <summary>Where the hub is and how it is recognised.</summary>
internal sealed record HubSettings
{
    /// <summary>Address of the EST server, https, without the well-known path.</summary>
    public required string Est { get; init; }

    /// <summary>Address of the telemetry service, https; needed by telemetry and attestation.</summary>
    public string? Service { get; set; }

    /// <summary>Algorithms of messages, session keys and data keys: <c>p256</c>, or <c>sm</c> (SM2's curve, SM3, SM4). TLS and certificates stay on P-256.</summary>
    public string Suite { get; set; } = "p256";

    /// <summary>PEM file with the hub's root certificates.</summary>
    public string? CaFile { get; set; }

    /// <summary>SHA-256 of the hub's root certificate, hex, instead of the file: the certificate is fetched and compared.</summary>
    public string? CaFingerprint { get; set; }
}

/// <summary>How certificates are got.</summary>
internal sealed record EnrolmentSettings
{
    /// <summary>User name of a one-time token; the device's serial number when missing.</summary>
    public string? User { get; set; }

    /// <summary>File with the one-time token, readable by its owner only. <c>init</c> seals it; it is forgotten once it was used.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Label of the maker's key (IDevID) in the chip.</summary>
    public string? IdevidKey { get; set; }

    /// <summary>PEM file with the maker's certificate for that key, and those up to its root.</summary>
    public string? IdevidCertificate { get; set; }

    /// <summary>Part of its lifetime after which a certificate is renewed, 0.1 to 0.95.</summary>
    public double RenewAfter { get; set; } = 0.6;

    /// <summary>Minutes that <c>enrol</c> waits while the hub waits for a person; 0 to 1440.</summary>
    public int WaitMinutes { get; set; } = 10;
}

/// <summary>Measurements that are sent.</summary>
internal sealed record TelemetrySettings
{
    /// <summary><c>stdin</c>, <c>socket</c> (a Unix socket that is made) or <c>file</c> (lines that are appended).</summary>
    public required string Source { get; init; }

    /// <summary>Path of the socket or file.</summary>
    public string? Path { get; set; }

    /// <summary>Longest line, in bytes; a longer one is dropped and counted. 64 to 60000.</summary>
    public int MaxLineBytes { get; set; } = 8192;

    /// <summary>Messages kept while the hub cannot be reached; the oldest are dropped and counted. 10 to 100000.</summary>
    public int QueueMessages { get; set; } = 5000;

    /// <summary>Seconds that lines are gathered before a message is made of them; 0.1 to 60.</summary>
    public double GatherSeconds { get; set; } = 1;
}

/// <summary>The TPM that proves the device's state.</summary>
internal sealed record AttestationSettings
{
    /// <summary>How tpm2-tools reach the TPM, such as <c>device:/dev/tpmrm0</c>.</summary>
    public string Tcti { get; set; } = "device:/dev/tpmrm0";

    /// <summary>Registers of the SHA-256 bank that the hub may ask for, 0 to 23.</summary>
    public IReadOnlyList<int> Pcrs { get; set; } = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14];

    /// <summary>Index in the TPM's memory of the endorsement key's certificate; P-384's by default (TCG EK Credential Profile 2.3).</summary>
    public string EkCertificate { get; set; } = "0x1c00016";

    /// <summary>Hours between proofs while the agent runs; 1 to 720.</summary>
    public int EveryHours { get; set; } = 24;
}
