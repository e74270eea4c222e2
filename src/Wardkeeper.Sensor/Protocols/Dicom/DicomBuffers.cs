using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Formats.Dicom;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>Offers associations, commands and the elements of data sets to signatures.</summary>
internal static class DicomBuffers
{
    /// <summary>An association that is asked for or accepted; who accepts it chooses contexts by their numbers.</summary>
    public static void Associate(AssociatePdu pdu, Side side, IBufferSink into)
    {
        if (side == Side.Client)
        {
            Text(BufferName.DicomCallingAe, pdu.CallingAe, side, into);
            Text(BufferName.DicomCalledAe, pdu.CalledAe, side, into);
        }
        foreach (ContextItem context in pdu.Contexts)
        {
            Text(BufferName.DicomAbstractSyntax, context.AbstractSyntax, side, into);
            foreach (string syntax in context.TransferSyntaxes) Text(BufferName.DicomTransferSyntax, syntax, side, into);
        }
        Text(BufferName.DicomImplementation, pdu.ImplementationUid, side, into);
        into.Complete(side);
    }

    /// <summary>A command: its name, for example <c>C-STORE-RQ</c>, its SOP class and status. Its data set, if it has one, follows.</summary>
    public static void Command(in CommandSet command, Side side, IBufferSink into)
    {
        into.Offer(BufferName.DicomCommand, side, Encoding.ASCII.GetBytes(Name(command.Field)));
        if (!command.SopClass.IsEmpty) into.Offer(BufferName.DicomAbstractSyntax, side, command.SopClass.TrimEnd((byte)0));
        if (command.Status is { } status) into.Offer(BufferName.DicomStatus, side, status);
        if (!command.HasDataSet) into.Complete(side);
    }

    private static string Name(ushort field)
    {
        if (field == CommandSet.Cancel) return "C-CANCEL-RQ";
        string? name = (field & ~CommandSet.ResponseBit) switch
        {
            0x0001 => "C-STORE",
            0x0010 => "C-GET",
            0x0020 => "C-FIND",
            0x0021 => "C-MOVE",
            0x0030 => "C-ECHO",
            0x0100 => "N-EVENT-REPORT",
            0x0110 => "N-GET",
            0x0120 => "N-SET",
            0x0130 => "N-ACTION",
            0x0140 => "N-CREATE",
            0x0150 => "N-DELETE",
            _ => null,
        };
        return name is null ? field.ToString("X4", CultureInfo.InvariantCulture) : name + ((field & CommandSet.ResponseBit) != 0 ? "-RSP" : "-RQ");
    }

    private static void Text(BufferName name, string? text, Side side, IBufferSink into)
    {
        if (text is not null) into.Offer(name, side, Encoding.Latin1.GetBytes(text));
    }
}

/// <summary>Offers each element at the top of a data set as <c>gggg,eeee=value</c>, beside handing on what another consumer wants.</summary>
internal sealed class OfferedElements(IDataSetConsumer inner, Side side, IBufferSink into) : IDataSetConsumer
{
    /// <inheritdoc/>
    public bool Wants(uint tag, uint sequence, int depth) => inner.Wants(tag, sequence, depth) || (depth == 0 && tag >> 16 != DicomTag.PixelData >> 16 && !DicomTag.IsDelimiter(tag) && !DicomTag.IsSequence(tag));

    /// <inheritdoc/>
    public void Take(in DataElement element)
    {
        if (inner.Wants(element.Tag, element.Sequence, element.Depth)) inner.Take(in element);
        if (element.Depth > 0) return;
        byte[] name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{element.Tag >> 16:x4},{element.Tag & 0xFFFF:x4}="));
        into.Offer(BufferName.DicomTag, side, [.. name, .. element.Value.TrimEnd([(byte)' ', (byte)0])]);
    }

    /// <inheritdoc/>
    public void BeginItem(uint sequence, int depth) => inner.BeginItem(sequence, depth);
}
