using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Enip;

/// <summary>Offers one message to signatures: command, status, what a request is for, and what a device says of itself.</summary>
internal static class EnipBuffers
{
    /// <summary>Offers a message.</summary>
    /// <param name="message">The message with its header.</param>
    /// <param name="cip">The CIP message in it; empty when there is none.</param>
    /// <param name="identity">The identity that a device lists, behind version and socket address; empty when there is none.</param>
    /// <param name="version">Protocol version that stands before the identity; null when there is none.</param>
    /// <param name="side">Who sent it.</param>
    /// <param name="into">Where it goes.</param>
    public static void Offer(ReadOnlySpan<byte> message, ReadOnlySpan<byte> cip, ReadOnlySpan<byte> identity, int? version, Side side, IBufferSink into)
    {
        into.Offer(BufferName.EnipCommand, side, BinaryPrimitives.ReadUInt16LittleEndian(message));
        into.Offer(BufferName.EnipStatus, side, BinaryPrimitives.ReadUInt32LittleEndian(message[8..]));
        if (!cip.IsEmpty) Cip(cip, side, into);
        if (version is { } number) into.Offer(BufferName.EnipProtocolVersion, side, number);
        if (!identity.IsEmpty) Identity(identity, side, into);
        into.Complete(side);
    }

    private static void Cip(ReadOnlySpan<byte> cip, Side side, IBufferSink into)
    {
        into.Offer(BufferName.CipService, side, cip[0] & 0x7F);
        if (CipMessage.IsResponse(cip))
        {
            if (cip.Length > 2) into.Offer(BufferName.CipStatus, side, cip[2]);
            return;
        }
        Request(cip, side, into);
        foreach (int at in CipMessage.Parts(cip)) Request(cip[at..], side, into);
    }

    private static void Request(ReadOnlySpan<byte> cip, Side side, IBufferSink into)
    {
        (int? type, long? instance, long? attribute) = CipMessage.Target(cip);
        if (type is { } number) into.Offer(BufferName.CipClass, side, number);
        if (instance is { } which) into.Offer(BufferName.CipInstance, side, which);
        if (attribute is { } what) into.Offer(BufferName.CipAttribute, side, what);
        foreach (ushort listed in CipMessage.Listed(cip)) into.Offer(BufferName.CipAttribute, side, listed);
    }

    /// <summary>An identity with its name and, behind that, its state. CIP Volume 2, 2-4.2.</summary>
    private static void Identity(ReadOnlySpan<byte> identity, Side side, IBufferSink into)
    {
        SpanReader reader = new(identity);
        ushort vendor = reader.U16Little(), type = reader.U16Little(), code = reader.U16Little(), revision = reader.U16(), status = reader.U16Little();
        uint serial = reader.U32Little();
        ReadOnlySpan<byte> name = reader.Take(reader.U8());
        byte state = reader.U8();
        if (reader.Failed) return;
        into.Offer(BufferName.EnipVendor, side, vendor);
        into.Offer(BufferName.EnipDeviceType, side, type);
        into.Offer(BufferName.EnipProductCode, side, code);
        into.Offer(BufferName.EnipRevision, side, revision);
        into.Offer(BufferName.EnipIdentityStatus, side, status);
        into.Offer(BufferName.EnipSerial, side, serial);
        into.Offer(BufferName.EnipProductName, side, name);
        into.Offer(BufferName.EnipState, side, state);
    }
}
