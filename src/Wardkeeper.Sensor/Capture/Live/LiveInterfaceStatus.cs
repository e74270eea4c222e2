namespace Wardkeeper.Sensor.Capture.Live;

/// <summary>How an interface that is listened to is doing.</summary>
internal enum LiveInterfaceState
{
    /// <summary>Not opened yet.</summary>
    Starting,

    /// <summary>Frames are taken as they come.</summary>
    Capturing,

    /// <summary>There is no interface of this name now; it is taken up as soon as there is.</summary>
    Missing,

    /// <summary>The interface is switched off; frames come as soon as it is on.</summary>
    Down,

    /// <summary>The interface is on and its cable or its peer is not.</summary>
    NoCarrier,

    /// <summary>This process may not listen: it lacks CAP_NET_RAW.</summary>
    NotPermitted,

    /// <summary>Its frames are of a kind that is not understood; <see cref="LiveInterfaceStatus.Detail"/> says which.</summary>
    UnknownLink,

    /// <summary>The system refused; <see cref="LiveInterfaceStatus.Detail"/> says what.</summary>
    Failed,
}

/// <summary>How one interface is doing, as of about half a second ago.</summary>
/// <param name="Name">Its name as it was given.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Detail">What the system said, in English; empty when the state says everything.</param>
/// <param name="Packets">Frames taken since the start.</param>
/// <param name="Bytes">Their bytes on the wire.</param>
/// <param name="KernelDrops">Frames that the kernel had no room for in the ring since the start: the analysis was too slow for them.</param>
/// <param name="Outages">How often it stopped delivering after it had begun.</param>
internal sealed record LiveInterfaceStatus(string Name, LiveInterfaceState State, string Detail, long Packets, long Bytes, long KernelDrops, int Outages);
