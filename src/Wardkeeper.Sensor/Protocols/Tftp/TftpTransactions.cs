using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Tftp;

/// <summary>One request for a file, or the transfer of one. The transfer goes between other ports than the request and does not name the file.</summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where its first packet lies.</param>
public sealed record TftpTransfer(CaptureTime At, ByteRange Bytes) : Transaction(At, Bytes)
{
    /// <inheritdoc/>
    public override string Log => "tftp";

    /// <summary>Whether a file is to be written; absent for a transfer alone.</summary>
    public bool? Wrq { get; init; }

    /// <summary>Name of the file, with what names a patient masked.</summary>
    public MaskedText? Fname { get; init; }

    /// <summary>How it is transferred: <c>octet</c>, <c>netascii</c> or <c>mail</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>Bytes of a block that were asked for or agreed, 512 where nothing is said. RFC 2348.</summary>
    public int? Blksize { get; init; }

    /// <summary>Bytes of the file as stated. RFC 2349.</summary>
    public long? Tsize { get; init; }

    /// <summary>Bytes of the file as transferred.</summary>
    public long? Size { get; init; }

    /// <summary>Blocks that were sent.</summary>
    public int? BlockSent { get; init; }

    /// <summary>Blocks that were acknowledged.</summary>
    public int? BlockAcked { get; init; }

    /// <summary>Code of an error. RFC 1350, appendix.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Text of an error.</summary>
    public string? ErrorMsg { get; init; }

    /// <summary>The side on which the server is; null where it has not answered.</summary>
    internal Side? Server { get; init; }

    /// <inheritdoc/>
    public override void Write(RowWriter row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Flag("wrq"u8, Wrq);
        row.Text("fname"u8, Fname);
        row.Text("mode"u8, Mode);
        row.Number("blksize"u8, Blksize);
        row.Number("tsize"u8, Tsize);
        row.Number("size"u8, Size);
        row.Number("block_sent"u8, BlockSent);
        row.Number("block_acked"u8, BlockAcked);
        row.Number("error_code"u8, ErrorCode);
        row.Text("error_msg"u8, ErrorMsg);
    }

    /// <inheritdoc/>
    public override void Observe(FlowView flow, ObservationBatch into)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(into);
        if (Server is { } side) into.Claim(flow.At(side), ClaimKind.Role, "tftp-server", "transfer");
    }
}
