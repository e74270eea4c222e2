using System.Buffers;

namespace Wardkeeper.Sensor.Protocols.Tls;

/// <summary>Fingerprints of the way a peer says hello: JA3 and JA3S (BSD-3-Clause, Salesforce) and JA4 for clients (BSD-3-Clause, FoxIO). Pure.</summary>
internal static class TlsFingerprints
{
    private const string NothingHashed = "000000000000";

    /// <summary>JA3: MD5 over version, cipher suites, extensions, groups and point formats in the order sent, GREASE left out.</summary>
    public static string Ja3(in ClientHello hello)
    {
        Fingerprint text = Ja3Fields(in hello);
        string ja3 = text.Md5();
        text.Dispose();
        return ja3;
    }

    /// <summary>The fields that JA3 is the sum of, as rules look into them.</summary>
    public static byte[] Ja3Text(in ClientHello hello)
    {
        Fingerprint text = Ja3Fields(in hello);
        byte[] bytes = text.Text.ToArray();
        text.Dispose();
        return bytes;
    }

    private static Fingerprint Ja3Fields(in ClientHello hello)
    {
        Fingerprint text = default;
        text.Decimal(hello.Version);
        text.Add(","u8);
        Decimals(ref text, hello.CipherSuites);
        text.Add(","u8);
        DecimalTypes(ref text, hello.Extensions);
        text.Add(","u8);
        if (ExtensionReader.TryFind(hello.Extensions, ExtensionType.SupportedGroups, out ReadOnlySpan<byte> groups)) Decimals(ref text, Values16.Listed(groups));
        text.Add(","u8);
        if (ExtensionReader.TryFind(hello.Extensions, ExtensionType.EcPointFormats, out ReadOnlySpan<byte> formats) && formats.Length > 0)
        {
            ReadOnlySpan<byte> listed = formats.Slice(1, Math.Min(formats[0], formats.Length - 1));
            for (int i = 0; i < listed.Length; i++)
            {
                if (i > 0) text.Add("-"u8);
                text.Decimal(listed[i]);
            }
        }
        return text;
    }

    /// <summary>JA3S: MD5 over version, cipher suite and extensions of the server's hello.</summary>
    public static string Ja3s(in ServerHello hello)
    {
        Fingerprint text = Ja3sFields(in hello);
        string ja3s = text.Md5();
        text.Dispose();
        return ja3s;
    }

    /// <summary>The fields that JA3S is the sum of.</summary>
    public static byte[] Ja3sText(in ServerHello hello)
    {
        Fingerprint text = Ja3sFields(in hello);
        byte[] bytes = text.Text.ToArray();
        text.Dispose();
        return bytes;
    }

    private static Fingerprint Ja3sFields(in ServerHello hello)
    {
        Fingerprint text = default;
        text.Decimal(hello.LegacyVersion);
        text.Add(","u8);
        text.Decimal(hello.CipherSuite);
        text.Add(","u8);
        DecimalTypes(ref text, hello.Extensions);
        return text;
    }

    /// <summary>JA4 of a client over TCP, QUIC or of DTLS: what it offers in clear, its cipher suites and its extensions, sorted, GREASE left out.</summary>
    public static string Ja4(in ClientHello hello, bool isQuic = false)
    {
        ushort[] rented = ArrayPool<ushort>.Shared.Rent(Math.Max(hello.CipherSuites.Count, hello.Extensions.Length / 4) + 1);
        int suites = 0;
        for (int i = 0; i < hello.CipherSuites.Count; i++)
        {
            if (!Grease.Is(hello.CipherSuites[i])) rented[suites++] = hello.CipherSuites[i];
        }
        string suitesHash = HashSorted(rented.AsSpan(0, suites), default);

        int extensions = 0, hashed = 0;
        bool named = false;
        ExtensionReader reader = new(hello.Extensions);
        while (reader.Next())
        {
            if (Grease.Is(reader.Type)) continue;
            extensions++;
            named |= reader.Type == ExtensionType.ServerName;
            if (reader.Type is not ExtensionType.ServerName and not ExtensionType.ApplicationLayerProtocolNegotiation) rented[hashed++] = reader.Type;
        }
        ExtensionReader.TryFind(hello.Extensions, ExtensionType.SignatureAlgorithms, out ReadOnlySpan<byte> signatures);
        string extensionsHash = extensions == 0 ? NothingHashed : HashSorted(rented.AsSpan(0, hashed), Values16.Listed(signatures));
        ArrayPool<ushort>.Shared.Return(rented);

        Span<char> offered = stackalloc char[10];
        offered[0] = isQuic ? 'q' : hello.IsDatagrams ? 'd' : 't';
        VersionOf(hello.HighestVersion).CopyTo(offered[1..]);
        offered[3] = named ? 'd' : 'i';
        TwoDigits(suites, offered[4..]);
        TwoDigits(extensions, offered[6..]);
        Protocol(hello.Extensions, offered[8..]);
        return $"{offered}_{suitesHash}_{extensionsHash}";
    }

    /// <summary>The first protocol of an ALPN extension, as bytes; empty if none.</summary>
    private static ReadOnlySpan<byte> FirstProtocol(ReadOnlySpan<byte> extensions)
    {
        if (!ExtensionReader.TryFind(extensions, ExtensionType.ApplicationLayerProtocolNegotiation, out ReadOnlySpan<byte> data)) return default;
        SpanReader reader = new(data);
        reader.Skip(2);
        return reader.Take(reader.U8());
    }

    private static void Protocol(ReadOnlySpan<byte> extensions, Span<char> into)
    {
        ReadOnlySpan<byte> name = FirstProtocol(extensions);
        byte first = name.IsEmpty ? (byte)'0' : name[0], last = name.IsEmpty ? (byte)'0' : name[^1];
        bool readable = char.IsAsciiLetterOrDigit((char)first) && char.IsAsciiLetterOrDigit((char)last);
        into[0] = readable ? (char)first : char.ToLowerInvariant("0123456789ABCDEF"[first >> 4]);
        into[1] = readable ? (char)last : char.ToLowerInvariant("0123456789ABCDEF"[last & 15]);
    }

    private static ReadOnlySpan<char> VersionOf(int version) => version switch
    {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        0xFEFF or 0x0100 => "d1",
        0xFEFD => "d2",
        0xFEFC => "d3",
        _ => "00",
    };

    private static void TwoDigits(int count, Span<char> into)
    {
        count = Math.Min(count, 99);
        into[0] = (char)('0' + (count / 10));
        into[1] = (char)('0' + (count % 10));
    }

    private static string HashSorted(Span<ushort> values, Values16 unsorted)
    {
        if (values.IsEmpty && unsorted.Count == 0) return NothingHashed;
        values.Sort();
        Fingerprint text = default;
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) text.Add(","u8);
            text.Hex(values[i]);
        }
        bool any = false;
        for (int i = 0; i < unsorted.Count; i++)
        {
            if (Grease.Is(unsorted[i])) continue;
            text.Add(any ? ","u8 : "_"u8);
            text.Hex(unsorted[i]);
            any = true;
        }
        string hash = text.Sha256Prefix();
        text.Dispose();
        return hash;
    }

    private static void Decimals(ref Fingerprint text, Values16 values)
    {
        bool any = false;
        for (int i = 0; i < values.Count; i++)
        {
            if (Grease.Is(values[i])) continue;
            if (any) text.Add("-"u8);
            text.Decimal(values[i]);
            any = true;
        }
    }

    private static void DecimalTypes(ref Fingerprint text, ReadOnlySpan<byte> extensions)
    {
        bool any = false;
        ExtensionReader reader = new(extensions);
        while (reader.Next())
        {
            if (Grease.Is(reader.Type)) continue;
            if (any) text.Add("-"u8);
            text.Decimal(reader.Type);
            any = true;
        }
    }
}
