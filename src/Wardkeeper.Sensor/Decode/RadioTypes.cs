namespace Wardkeeper.Sensor.Decode;

/// <summary>
/// What stands in place of an EtherType for frames of radios, which have none: the number of the link type that shows them
/// (tcpdump.org/linktypes). No EtherType and no SNAP type that is passed on is so small.
/// </summary>
internal static class RadioTypes
{
    /// <summary>A management frame of IEEE 802.11, from its frame control on.</summary>
    public const ushort Wlan = 105;

    /// <summary>The same with both bytes of its frame control in the other order, as some controllers of access points send it through cables.</summary>
    public const ushort WlanSwapped = 106;

    /// <summary>A packet of Bluetooth Low Energy, from its access address on and without its check.</summary>
    public const ushort BluetoothLe = 251;

    /// <summary>A frame of IEEE 802.15.4, from its frame control on and without its check.</summary>
    public const ushort Ieee802154 = 195;

    /// <summary>The first that may come from elsewhere.</summary>
    public const ushort End = 0x0100;
}
