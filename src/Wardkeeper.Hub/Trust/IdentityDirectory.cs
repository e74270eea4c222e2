using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Wardkeeper.Hub.Trust;

/// <summary>Every certificate by number, by issuer and serial, by device and by key; in memory, changed when the store was.</summary>
internal sealed class IdentityDirectory : ITrustedIdentities
{
    private readonly ConcurrentDictionary<long, IssuedCertificate> all = new();
    private readonly ConcurrentDictionary<(string Issuer, string Serial), long> bySerial = new();
    private readonly ConcurrentDictionary<long, ImmutableArray<long>> byDevice = new();
    private readonly ConcurrentDictionary<string, ImmutableArray<long>> byKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<long>> byDeviceSerial = new(StringComparer.OrdinalIgnoreCase);
    private volatile ImmutableDictionary<string, ImmutableArray<string>> issuers = ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every certificate.</summary>
    public IEnumerable<IssuedCertificate> All => all.Values;

    /// <summary>A certificate by its number, or null.</summary>
    public IssuedCertificate? Certificate(long number) => all.TryGetValue(number, out IssuedCertificate? certificate) ? certificate : null;

    /// <summary>Learns the ways in which an issuer is named; an authority, or a maker whose certificates were bound.</summary>
    /// <param name="keyId">Its key identifier, lower-case hex.</param>
    /// <param name="name">Its name, DER.</param>
    public void Learn(string keyId, ReadOnlyMemory<byte> name)
    {
        foreach (string form in (string[])[DistinguishedNames.Rfc4514(name), DistinguishedNames.OneLine(name)])
        {
            ImmutableArray<string> known = issuers.GetValueOrDefault(form, []);
            if (!known.Contains(keyId)) issuers = issuers.SetItem(form, known.Add(keyId));
        }
    }

    /// <summary>Puts a certificate in, or what became of it.</summary>
    public void Put(IssuedCertificate certificate)
    {
        all[certificate.Number] = certificate;
        bySerial[(certificate.Issuer, certificate.Serial)] = certificate.Number;
        Add(byKey, certificate.KeyHash, certificate.Number);
        if (certificate.Device is { } device) Add(byDevice, device, certificate.Number);
        if (certificate.DeviceSerial is { } named) Add(byDeviceSerial, named, certificate.Number);
    }

    /// <inheritdoc/>
    public TrustedIdentity? Find(string serial, string issuer) => FindCertificate(serial, issuer)?.Identity();

    /// <summary>As <see cref="Find"/>, servers' and persons' certificates too.</summary>
    public IssuedCertificate? FindCertificate(string serial, string issuer)
    {
        ArgumentNullException.ThrowIfNull(serial);
        ArgumentNullException.ThrowIfNull(issuer);
        if (SerialNumbers.Text(serial) is not { } number) return null;
        string named = issuer.Trim();
        foreach (string keyId in issuers.GetValueOrDefault(named, [named.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant()]))
        {
            if (bySerial.TryGetValue((keyId, number), out long found)) return all[found];
        }
        return null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrustedIdentity> Of(long device) => [.. CertificatesOf(device).OrderByDescending(one => one.NotBefore).ThenByDescending(one => one.Number).Select(one => one.Identity()!)];

    /// <summary>Certificates of a device.</summary>
    public IEnumerable<IssuedCertificate> CertificatesOf(long device) => byDevice.GetValueOrDefault(device, []).Select(number => all[number]);

    /// <summary>Certificates of devices with a serial number.</summary>
    public IEnumerable<IssuedCertificate> WithDeviceSerial(string serial) => byDeviceSerial.GetValueOrDefault(serial, []).Select(number => all[number]);

    /// <summary>Certificates with a key.</summary>
    public IEnumerable<IssuedCertificate> WithKey(string keyHash) => byKey.GetValueOrDefault(keyHash, []).Select(number => all[number]);

    private static void Add<T>(ConcurrentDictionary<T, ImmutableArray<long>> index, T key, long number)
        where T : notnull => index.AddOrUpdate(key, static (_, added) => [added], static (_, known, added) => known.Contains(added) ? known : known.Add(added), number);
}
