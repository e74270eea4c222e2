namespace Wardkeeper.Sensor.Protocols.Wlan;

/// <summary>How a network is protected, as its elements say (IEEE 802.11, 9.4.2.24; WPA as the Wi-Fi Alliance wrote it before).</summary>
internal struct NetworkFacts
{
    private const int MostSuites = 16;
    private const uint Rsn = 0x000FAC00, Wpa = 0x0050F200;
    private List<string>? security, ciphers;

    /// <summary>Ciphers for data between two.</summary>
    public readonly IReadOnlyList<string>? Ciphers => ciphers;

    /// <summary>Whether management frames are protected: <c>required</c> or <c>capable</c>; null if not.</summary>
    public string? ManagementProtection { get; private set; }

    /// <summary>Takes the element of WPA2 and WPA3.</summary>
    public void TakeRsn(ReadOnlySpan<byte> data)
    {
        SpanReader reader = new(data);
        if (reader.U16Little() != 1 || !TakeSuites(ref reader, Rsn)) return;
        int capabilities = reader.U16Little();
        if (!reader.Failed) ManagementProtection = (capabilities & 0x40) != 0 ? "required" : (capabilities & 0x80) != 0 ? "capable" : null;
    }

    /// <summary>Takes the element of WPA.</summary>
    public void TakeWpa(ReadOnlySpan<byte> data)
    {
        SpanReader reader = new(data);
        if (reader.U16Little() == 1) TakeSuites(ref reader, Wpa);
    }

    /// <summary>Names of all ways to get in; without elements <c>open</c>, or <c>wep</c> if data is encrypted all the same.</summary>
    public readonly IReadOnlyList<string> Security(bool isPrivate) => security ?? [isPrivate ? "wep" : "open"];

    private bool TakeSuites(ref SpanReader reader, uint organisation)
    {
        security ??= [];
        ciphers ??= [];
        reader.Skip(4);
        for (int left = Math.Min(reader.U16Little(), (ushort)MostSuites); left > 0 && reader.Remaining >= 4; left--) Add(ciphers, Cipher(reader.U32()));
        int before = security.Count;
        for (int left = Math.Min(reader.U16Little(), (ushort)MostSuites); left > 0 && reader.Remaining >= 4; left--) Add(security, Access(reader.U32(), organisation));
        // Without a list 802.1X is meant. 9.4.2.24.3.
        if (security.Count == before) Add(security, organisation == Rsn ? "wpa2-enterprise" : "wpa-enterprise");
        return !reader.Failed;
    }

    private static void Add(List<string> to, string name)
    {
        if (to.Count < MostSuites && !to.Contains(name)) to.Add(name);
    }

    private static string Cipher(uint suite) => (suite & 0xFF) switch
    {
        0 => "group",
        1 => "wep-40",
        2 => "tkip",
        4 => "ccmp",
        5 => "wep-104",
        8 => "gcmp",
        9 => "gcmp-256",
        10 => "ccmp-256",
        _ => "other",
    };

    /// <summary>Names after what users know; the standard numbers how keys are managed (table 9-151).</summary>
    private static string Access(uint suite, uint organisation)
    {
        if (organisation == Wpa) return (suite & 0xFF) switch { 1 => "wpa-enterprise", 2 => "wpa-personal", _ => "wpa-other" };
        if ((suite & 0xFFFF_FF00) != Rsn) return "vendor";
        return (suite & 0xFF) switch
        {
            1 or 3 or 5 => "wpa2-enterprise",
            2 or 4 or 6 => "wpa2-personal",
            8 or 9 or 24 or 25 => "wpa3-personal",
            11 or 12 or 13 => "wpa3-enterprise-192",
            18 => "owe",
            _ => "other",
        };
    }
}
