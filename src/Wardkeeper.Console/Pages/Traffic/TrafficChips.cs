using System.Globalization;
using Microsoft.Extensions.Localization;
using Wardkeeper.Console.Parts;
using Wardkeeper.Console.Texts;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>The filters of a view as a person sees them, and the views with one value more or less.</summary>
public sealed partial record TrafficQuery
{
    /// <summary>Every active filter with the address that lacks it.</summary>
    /// <param name="words">Shared words.</param>
    /// <param name="formats">How this person reads.</param>
    /// <param name="device">What a device is called.</param>
    public IReadOnlyList<FilterChip> Chips(IStringLocalizer<Words> words, Formats formats, Func<long, string> device)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(formats);
        ArgumentNullException.ThrowIfNull(device);
        List<FilterChip> chips = [];
        string Protocol(string value) => value == "-" ? words["protocol.none"].Value : value;
        void Add(string label, string? value, TrafficQuery without)
        {
            if (value is not null) chips.Add(new FilterChip(label, value, without.First().Address()));
        }
        void Each<T>(string label, IReadOnlyList<T> values, Func<T, string> shown, Func<IReadOnlyList<T>, TrafficQuery> without)
        {
            foreach (T value in values) Add(label, shown(value), without([.. values.Where(other => !Equals(other, value))]));
        }
        string Not(string label) => words["filter.not", words[label]];
        Add(words["filter.from"], From is { } from ? formats.Time(from) : null, this with { From = null });
        Add(words["filter.to"], To is { } to ? formats.Time(to) : null, this with { To = null });
        Add(words["filter.q"], Text, this with { Text = null });
        Add(words["filter.device"], Device is { } one ? device(one) : null, this with { Device = null });
        Add(words["filter.peer"], Peer is { } peer ? device(peer) : null, this with { Peer = null });
        Add(words["filter.ip"], Ip?.ToString(), this with { Ip = null });
        Add(words["filter.peer"], PeerIp?.ToString(), this with { PeerIp = null });
        if (IsDirected) Add(words["filter.directed"], Device is { } opener ? device(opener) : Ip?.ToString() ?? words["answer.yes"].Value, this with { IsDirected = false });
        Add(words["filter.group"], Group?.Name(words, formats), this with { Group = null });
        Add(words["filter.peer"], PeerGroup?.Name(words, formats), this with { PeerGroup = null });
        Each(words["filter.protocol"], Protocols, Protocol, rest => this with { Protocols = rest });
        Each(words["filter.transport"], Transports, value => value, rest => this with { Transports = rest });
        Add(words["filter.anyport"], Port?.ToString(CultureInfo.InvariantCulture), this with { Port = null });
        Each(words["filter.status"], States, value => value, rest => this with { States = rest });
        foreach (RowValue field in Fields) Add(FieldNames.Of(field.Field), field.Value.Length == 0 ? words["filter.none"].Value : field.Value, this with { Fields = Less(Fields, field) });
        if (IsFailed) Add(words["filter.failed"], words["answer.yes"], this with { IsFailed = false });
        Add("Community ID", CommunityId, this with { CommunityId = null });
        Add(words["filter.uid"], Uid, this with { Uid = null });
        Add(words["filter.sensor"], Sensor, this with { Sensor = null });
        Add(words["filter.min-bytes"], MinBytes is { } least ? Formats.Bytes(least) : null, this with { MinBytes = null });
        Each(Not("filter.device"), Without.Devices, device, rest => this with { Without = Without with { Devices = rest } });
        Each(Not("filter.ip"), Without.Addresses, value => value.ToString(), rest => this with { Without = Without with { Addresses = rest } });
        Each(Not("filter.anyport"), Without.Ports, value => value.ToString(CultureInfo.InvariantCulture), rest => this with { Without = Without with { Ports = rest } });
        Each(Not("filter.protocol"), Without.Protocols, Protocol, rest => this with { Without = Without with { Protocols = rest } });
        Each(Not("filter.status"), Without.States, value => value, rest => this with { Without = Without with { States = rest } });
        return chips;
    }

    /// <summary>Only rows with this device; the second device asked for is the peer of the first.</summary>
    public string WithDevice(long id) => (Device is { } one && one != id ? this with { Peer = id } : this with { Device = id }).First().Address();

    /// <summary>Only rows with this address; the second address asked for is the peer of the first.</summary>
    public string WithIp(Address ip) => (Ip is { } one && one != ip ? this with { PeerIp = ip } : this with { Ip = ip }).First().Address();

    /// <summary>Only rows with this port.</summary>
    public string WithPort(int port) => (this with { Port = port }).First().Address();

    /// <summary>Rows of this protocol, also.</summary>
    public string WithProtocol(string protocol) => (this with { Protocols = More(Protocols, protocol), Without = Without with { Protocols = Less(Without.Protocols, protocol) } }).First().Address();

    /// <summary>Rows with this status, also.</summary>
    public string WithState(string state) => (this with { States = More(States, state), Without = Without with { States = Less(Without.States, state) } }).First().Address();

    /// <summary>Rows with this value of a field, instead of others.</summary>
    public string WithField(string field, string value) => (this with { Fields = [.. Fields.Where(one => one.Field != field), new RowValue(field, value)] }).First().Address();

    /// <summary>No rows with this device.</summary>
    public string WithoutDevice(long id) => (this with { Device = Device == id ? null : Device, Without = Without with { Devices = More(Without.Devices, id) } }).First().Address();

    /// <summary>No rows with this address.</summary>
    public string WithoutIp(Address ip) => (this with { Ip = Ip == ip ? null : Ip, Without = Without with { Addresses = More(Without.Addresses, ip) } }).First().Address();

    /// <summary>No rows with this port.</summary>
    public string WithoutPort(int port) => (this with { Port = Port == port ? null : Port, Without = Without with { Ports = More(Without.Ports, port) } }).First().Address();

    /// <summary>No rows of this protocol.</summary>
    public string WithoutProtocol(string protocol) => (this with { Protocols = Less(Protocols, protocol), Without = Without with { Protocols = More(Without.Protocols, protocol) } }).First().Address();

    /// <summary>No rows with this status.</summary>
    public string WithoutState(string state) => (this with { States = Less(States, state), Without = Without with { States = More(Without.States, state) } }).First().Address();

    private static IReadOnlyList<T> More<T>(IReadOnlyList<T> values, T value) => values.Contains(value) ? values : [.. values, value];

    private static IReadOnlyList<T> Less<T>(IReadOnlyList<T> values, T value) => [.. values.Where(other => !Equals(other, value))];
}
