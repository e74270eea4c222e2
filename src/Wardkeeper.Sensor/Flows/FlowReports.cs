using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>Makes a flow's record from its state in the table.</summary>
internal sealed class FlowReports(Recognition recognition, LocalNetworks local)
{
    private readonly Dictionary<ProtocolSet, string?> names = [];
    private (ProtocolSet Services, string? Text) last;

    /// <summary>The record of a flow as it stands.</summary>
    public FlowRecord Of(ref Flow flow, IReadOnlyList<string>? parents, bool interim)
    {
        FlowView view = flow.Facts();
        bool tcp = flow.Kind == PacketKind.Tcp;
        return new FlowRecord
        {
            View = view,
            Service = ServiceText(flow.Services),
            Duration = flow.Orig.Packets + flow.Resp.Packets > 1 ? flow.LastAt.Since(flow.FirstAt) : null,
            OriginatorBytes = tcp ? flow.Orig.StreamLength : flow.Orig.PayloadBytes,
            ResponderBytes = tcp ? flow.Resp.StreamLength : flow.Resp.PayloadBytes,
            ConnState = TcpStates.Word(in flow),
            History = flow.HistoryText(),
            MissedBytes = flow.Orig.Missed + flow.Resp.Missed,
            OriginatorPackets = flow.Orig.Packets,
            OriginatorIpBytes = flow.Orig.IpBytes,
            ResponderPackets = flow.Resp.Packets,
            ResponderIpBytes = flow.Resp.IpBytes,
            LocalOriginator = local.Contains(flow.Originator),
            LocalResponder = local.Contains(flow.Responder),
            Parents = parents,
            InnerVlan = flow.InnerVlan,
            CommunityId = CommunityId.Of(view),
            IsInterim = interim,
            ResetForged = Forged(in flow),
            IcmpErrors = flow.IcmpErrors,
            IcmpError = flow.IcmpErrors > 0 ? $"{flow.IcmpErrorType}/{flow.IcmpErrorCode}" : null,
        };
    }

    private static string? Forged(in Flow flow) => ((flow.Orig.Notes & SideNotes.SentAfterReset) != 0, (flow.Resp.Notes & SideNotes.SentAfterReset) != 0) switch
    {
        (true, true) => "both",
        (true, false) => "orig",
        (false, true) => "resp",
        _ => null,
    };

    private string? ServiceText(ProtocolSet services)
    {
        if (services.IsEmpty) return null;
        if (services.IsSingle) return recognition.Protocols[services.First].Info is { NamesService: true } only ? only.Name : null;
        if (last.Services != services) last = (services, TextOf(services));
        return last.Text;
    }

    private string? TextOf(ProtocolSet services)
    {
        if (names.TryGetValue(services, out string? text)) return text;
        List<string> list = [];
        for (int i = 0; i < recognition.Protocols.Length; i++)
        {
            ProtocolNames(services, i, list);
        }
        list.Sort(StringComparer.Ordinal);
        return names[services] = list.Count == 0 ? null : string.Join(',', list);
    }

    private void ProtocolNames(ProtocolSet services, int index, List<string> into)
    {
        Protocols.ProtocolInfo info = recognition.Protocols[index].Info;
        if (services.Contains(index) && info.NamesService && !into.Contains(info.Name)) into.Add(info.Name);
    }
}
