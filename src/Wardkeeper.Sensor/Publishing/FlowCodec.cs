using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>Flows and their unchanging facts as bytes.</summary>
internal static class FlowCodec
{
    /// <summary>The shortest flow.</summary>
    public const int LeastBytes = 12;

    private const int LeastViewBytes = 15;
    private const byte HasDuration = 1, IsInterim = 2, LocalOriginator = 4, LocalResponder = 8, HasParents = 16, HasEarlier = 32;

    public static void Write(WireWriter wire, FlowView view)
    {
        wire.Text(view.Uid);
        wire.Byte((byte)view.Carrier);
        wire.Byte(view.IpProtocol);
        wire.Unsigned(view.EtherType);
        wire.Signed(view.Began.Nanoseconds);
        wire.Signed(view.FirstPacket);
        wire.Address(view.OriginatorAddress);
        wire.Address(view.ResponderAddress);
        wire.Unsigned(view.OriginatorPort);
        wire.Unsigned(view.ResponderPort);
        wire.Unsigned(view.OriginatorMac.Value);
        wire.Unsigned(view.ResponderMac.Value);
        wire.Unsigned(view.Vlan);
        wire.Unsigned(view.ResponderVlan);
        wire.Byte(view.ClientIsResponder ? (byte)1 : (byte)0);
    }

    public static FlowView[] ReadViews(ref WireReader wire)
    {
        FlowView[] views = new FlowView[wire.Count(LeastViewBytes)];
        for (int i = 0; i < views.Length && !wire.IsBroken; i++)
        {
            views[i] = new FlowView
            {
                Uid = wire.NeededText(),
                Carrier = (Carrier)wire.Byte(),
                IpProtocol = wire.Byte(),
                EtherType = wire.Port(),
                Began = new CaptureTime(wire.Signed()),
                FirstPacket = wire.Signed(),
                OriginatorAddress = wire.Address(),
                ResponderAddress = wire.Address(),
                OriginatorPort = wire.Port(),
                ResponderPort = wire.Port(),
                OriginatorMac = wire.Mac(),
                ResponderMac = wire.Mac(),
                Vlan = wire.Port(),
                ResponderVlan = wire.Port(),
                ClientIsResponder = wire.Byte() != 0,
            };
        }
        return views;
    }

    public static void Write(WireWriter wire, FlowRecord flow)
    {
        int flags = (flow.Duration is null ? 0 : HasDuration) | (flow.IsInterim ? IsInterim : 0) | (flow.LocalOriginator ? LocalOriginator : 0)
            | (flow.LocalResponder ? LocalResponder : 0) | (flow.Parents is null ? 0 : HasParents) | (flow.Earlier is null ? 0 : HasEarlier);
        wire.Byte((byte)flags);
        wire.Text(flow.Service);
        if (flow.Duration is { } duration) wire.Signed(duration.Ticks);
        wire.Signed(flow.OriginatorBytes);
        wire.Signed(flow.ResponderBytes);
        wire.Text(flow.ConnState);
        wire.Text(flow.History);
        wire.Signed(flow.MissedBytes);
        wire.Signed(flow.OriginatorPackets);
        wire.Signed(flow.OriginatorIpBytes);
        wire.Signed(flow.ResponderPackets);
        wire.Signed(flow.ResponderIpBytes);
        if (flow.Parents is { } parents)
        {
            wire.Unsigned((ulong)parents.Count);
            foreach (string parent in parents) wire.Text(parent);
        }
        wire.Unsigned(flow.InnerVlan);
        wire.Text(flow.CommunityId);
        wire.Signed(flow.IcmpErrors);
        wire.Text(flow.IcmpError);
        wire.Text(flow.ResetForged);
        if (flow.Earlier is not { } earlier) return;
        wire.Signed(earlier.At.Nanoseconds);
        wire.Signed(earlier.OriginatorBytes);
        wire.Signed(earlier.ResponderBytes);
        wire.Signed(earlier.OriginatorPackets);
        wire.Signed(earlier.ResponderPackets);
    }

    public static FlowRecord ReadFlow(ref WireReader wire, FlowView view)
    {
        byte flags = wire.Byte();
        return new FlowRecord
        {
            View = view,
            IsInterim = (flags & IsInterim) != 0,
            LocalOriginator = (flags & LocalOriginator) != 0,
            LocalResponder = (flags & LocalResponder) != 0,
            Service = wire.Text(),
            Duration = (flags & HasDuration) != 0 ? new TimeSpan(wire.Signed()) : null,
            OriginatorBytes = wire.Signed(),
            ResponderBytes = wire.Signed(),
            ConnState = wire.NeededText(),
            History = wire.NeededText(),
            MissedBytes = wire.Signed(),
            OriginatorPackets = wire.Signed(),
            OriginatorIpBytes = wire.Signed(),
            ResponderPackets = wire.Signed(),
            ResponderIpBytes = wire.Signed(),
            Parents = (flags & HasParents) != 0 ? Parents(ref wire) : null,
            InnerVlan = wire.Port(),
            CommunityId = wire.NeededText(),
            IcmpErrors = (int)wire.Signed(),
            IcmpError = wire.Text(),
            ResetForged = wire.Text(),
            Earlier = (flags & HasEarlier) != 0 ? new FlowTotals(new CaptureTime(wire.Signed()), wire.Signed(), wire.Signed(), wire.Signed(), wire.Signed()) : null,
        };
    }

    private static string[] Parents(ref WireReader wire)
    {
        string[] parents = new string[wire.Count(1)];
        for (int i = 0; i < parents.Length; i++) parents[i] = wire.NeededText();
        return parents;
    }
}
