using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Formats.Dicom;

/// <summary>
/// Reads one data set (PS3.5, chapter 7) from bytes that come split anywhere, and hands its consumer the elements that it wants. Held
/// are at most one header, one wanted value of <see cref="MaxValue"/> bytes and <see cref="MaxLevels"/> levels; a deflated data set
/// is held packed up to <see cref="DeflatedBytes.MaxPacked"/> bytes. Everything else, pixel data first of all, is passed over by its
/// length, and none of it is kept. Bytes that were lost inside such a value do no harm; after others the reader falls silent.
/// </summary>
/// <param name="consumer">Takes what it wants.</param>
internal sealed class DataSetReader(IDataSetConsumer consumer)
{
    /// <summary>Most bytes that are kept of one value.</summary>
    public const int MaxValue = 1024;

    /// <summary>Most levels: sequences and their items count one each.</summary>
    public const int MaxLevels = 64;

    private const uint Undefined = 0xFFFF_FFFF;
    private const int ShortHeader = 8, LongHeader = 12;

    private readonly byte[] header = new byte[LongHeader];
    private readonly DataSetLevel[] levels = new DataSetLevel[MaxLevels];
    private byte[] value = [];
    private DeflatedBytes? packed;
    private int level;
    private int headerHeld;
    private int valueHeld;
    private uint valueLeft;
    private uint valueLength;
    private uint valueTag;
    private long skip;
    private bool isUndecided;
    private bool isSilent;
    private bool isLost;
    private ContentDigest digest;

    /// <summary>Who takes what it wants; may change between data sets.</summary>
    public IDataSetConsumer Consumer { get; set; } = consumer;

    /// <summary>What was wrong, first of all; reading goes on after a fault of delimiters only.</summary>
    public DataSetFault Fault { get; private set; }

    /// <summary>Bytes of the data set so far, unpacked, lost ones included.</summary>
    public long Position { get; private set; }

    /// <summary>Digest of a data set that is over; nothing when something was wrong, or lost where it is of importance.</summary>
    public ContentDigest Content => isLost || Fault != DataSetFault.None ? default : digest;

    /// <summary>Begins a data set.</summary>
    /// <param name="syntax">How it is written; null when its first bytes have to tell.</param>
    /// <param name="limit">Bytes after which it must be over, or null.</param>
    public void Begin(TransferSyntax? syntax, long? limit = null)
    {
        level = headerHeld = valueHeld = 0;
        valueLeft = 0;
        skip = Position = 0;
        Fault = DataSetFault.None;
        isSilent = isLost = false;
        digest = default;
        isUndecided = syntax is null;
        levels[0] = new DataSetLevel { Syntax = syntax ?? TransferSyntax.Implicit, Limit = limit ?? long.MaxValue };
        packed?.Clear();
        if (syntax is { IsDeflated: true }) (packed ??= new DeflatedBytes()).Begin();
    }

    /// <summary>The next bytes.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (levels[0].Syntax.IsDeflated)
        {
            if (packed!.Add(bytes)) Unpack(isWhole: false);
            return;
        }
        Read(bytes);
    }

    /// <summary>The next bytes were lost.</summary>
    public void Lose(long missing)
    {
        if (levels[0].Syntax.IsDeflated)
        {
            Unpack(isWhole: false);
            return;
        }
        Position += missing;
        digest.Lose();
        if (skip >= missing)
        {
            skip -= missing;
        }
        else if (valueLeft >= missing)
        {
            skip = valueLeft - missing;
            (valueLeft, valueHeld) = (0, 0);
        }
        else
        {
            isSilent = isLost = true;
        }
    }

    /// <summary>Ends the data set where it is and says what was wrong with it, first of all.</summary>
    public DataSetFault End()
    {
        if (levels[0].Syntax.IsDeflated) Unpack(isWhole: true);
        if (!isSilent && !isLost)
        {
            Close();
            bool isPadding = level == 0 && skip == 0 && valueLeft == 0 && !header.AsSpan(0, headerHeld).ContainsAnyExcept((byte)0);
            if (!isPadding) Note(DataSetFault.Truncated);
        }
        isSilent = true;
        return Fault;
    }

    /// <summary>Gives back memory that a data set of an unusual kind needed.</summary>
    public void Reset()
    {
        packed?.Clear();
        Begin(TransferSyntax.Implicit);
        isSilent = true;
    }

    private void Unpack(bool isWhole)
    {
        if (!packed!.IsOpen) return;
        // The pieces of unpacked bytes are read as what they are.
        DataSetFault broken = packed.Unpack(this, static (reader, piece) => reader.Read(piece), isWhole);
        if (broken != DataSetFault.None) Note(broken);
        if (!isWhole || packed.IsCut || broken != DataSetFault.None) isSilent = isLost = true;
    }

    private void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (isSilent)
            {
                Position += bytes.Length;
                return;
            }
            if (skip > 0)
            {
                int step = (int)Math.Min(skip, bytes.Length);
                digest.Add(bytes[..step]);
                skip -= step;
                Position += step;
                bytes = bytes[step..];
                continue;
            }
            if (valueLeft > 0)
            {
                bytes = bytes[TakeValue(bytes)..];
                continue;
            }
            if (headerHeld == 0) Close();
            if (headerHeld == 0 && bytes.Length >= LongHeader && !isUndecided)
            {
                int size = HeaderSize(bytes);
                Position += size;
                Element(bytes[..size]);
                bytes = bytes[size..];
                continue;
            }
            bytes = bytes[Gather(bytes)..];
        }
    }

    /// <summary>Puts a header together whose bytes came in pieces.</summary>
    private int Gather(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (true)
        {
            int size = headerHeld < ShortHeader ? ShortHeader : HeaderSize(header);
            int step = Math.Min(size - headerHeld, bytes.Length - taken);
            bytes.Slice(taken, step).CopyTo(header.AsSpan(headerHeld));
            headerHeld += step;
            taken += step;
            if (headerHeld < size) return taken;
            if (isUndecided)
            {
                levels[0].Syntax = TransferSyntax.Guess(header);
                isUndecided = false;
            }
            if (headerHeld < HeaderSize(header)) continue;
            headerHeld = 0;
            Position += HeaderSize(header);
            Element(header.AsSpan(0, HeaderSize(header)));
            return taken;
        }
    }

    private int HeaderSize(ReadOnlySpan<byte> bytes)
    {
        ref readonly DataSetLevel here = ref levels[level];
        if (isUndecided || !here.Syntax.IsExplicit || DicomTag.IsDelimiter(Tag(bytes, here.Syntax.IsBigEndian))) return ShortHeader;
        return ValueRepresentation.HasLongLength(BinaryPrimitives.ReadUInt16BigEndian(bytes[4..])) ? LongHeader : ShortHeader;
    }

    private void Element(ReadOnlySpan<byte> head)
    {
        ref readonly DataSetLevel here = ref levels[level];
        bool isBig = here.Syntax.IsBigEndian;
        uint tag = Tag(head, isBig);
        if (DicomTag.IsDelimiter(tag))
        {
            Delimit(tag, Number(head[4..], isBig));
            return;
        }
        if (here.Kind != LevelKind.Elements)
        {
            Fail(DataSetFault.ItemExpected);
            return;
        }
        if (tag == 0 && level == 0)
        {
            // Zeros up to the end are padding that some writers leave; groups begin at 2, command sets are not data sets.
            if (head.ContainsAnyExcept((byte)0)) Note(DataSetFault.Trailing);
            isSilent = true;
            return;
        }
        if (!here.Syntax.IsExplicit)
        {
            Value(tag, Number(head[4..], isBig), 0);
            return;
        }
        ushort vr = BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
        if (!ValueRepresentation.IsKnown(vr)) Note(DataSetFault.UnknownVr);
        uint length = head.Length == LongHeader ? Number(head[8..], isBig) : isBig ? BinaryPrimitives.ReadUInt16BigEndian(head[6..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[6..]);
        Value(tag, length, vr);
    }

    /// <summary>Decides what becomes of an element's value.</summary>
    /// <param name="vr">Its representation; 0 where none is stated.</param>
    private void Value(uint tag, uint length, ushort vr)
    {
        ref readonly DataSetLevel here = ref levels[level];
        if (length == Undefined)
        {
            bool isPacked = vr is ValueRepresentation.OtherByte or ValueRepresentation.OtherWord || (vr == 0 && tag == DicomTag.PixelData);
            if (isPacked) Enter(LevelKind.Fragments, tag, here.Syntax, Undefined);
            else if (vr is 0 or ValueRepresentation.Sequence) Enter(LevelKind.Items, tag, here.Syntax, Undefined);
            else if (vr == ValueRepresentation.Unknown) Enter(LevelKind.Items, tag, TransferSyntax.Implicit, Undefined);
            else Fail(DataSetFault.UndefinedLength);
            return;
        }
        if (length > here.Limit - Position)
        {
            Fail(DataSetFault.Overrun);
            return;
        }
        bool isWanted = tag == DicomTag.SpecificCharacterSet || Consumer.Wants(tag, here.Sequence, here.Depth);
        bool isSequence = vr == ValueRepresentation.Sequence || (vr is 0 or ValueRepresentation.Unknown && DicomTag.IsSequence(tag));
        if (level == 0 && !isSequence) digest.Begin(tag, length);
        if (!isWanted)
        {
            skip = length;
            return;
        }
        if (isSequence)
        {
            if (length > 0) Enter(LevelKind.Items, tag, vr == ValueRepresentation.Unknown ? TransferSyntax.Implicit : here.Syntax, length);
            return;
        }
        (valueTag, valueLength, valueLeft, valueHeld) = (tag, length, length, 0);
        if (length == 0) Hand(default);
    }

    private int TakeValue(ReadOnlySpan<byte> bytes)
    {
        int most = (int)Math.Min(valueLength, MaxValue);
        if (valueHeld == 0 && bytes.Length >= most)
        {
            Position += most;
            skip = valueLeft - most;
            valueLeft = 0;
            Hand(bytes[..most]);
            return most;
        }
        if (value.Length == 0) value = new byte[MaxValue];
        int step = Math.Min(most - valueHeld, bytes.Length);
        bytes[..step].CopyTo(value.AsSpan(valueHeld));
        valueHeld += step;
        valueLeft -= (uint)step;
        Position += step;
        if (valueHeld < most) return step;
        skip = valueLeft;
        valueLeft = 0;
        Hand(value.AsSpan(0, most));
        return step;
    }

    private void Hand(ReadOnlySpan<byte> bytes)
    {
        ref DataSetLevel here = ref levels[level];
        digest.Add(bytes);
        if (valueTag == DicomTag.SpecificCharacterSet) here.CharacterSet = CharacterSet.Of(bytes);
        valueHeld = 0;
        if (valueTag == DicomTag.SpecificCharacterSet && !Consumer.Wants(valueTag, here.Sequence, here.Depth)) return;
        Consumer.Take(new DataElement
        {
            Tag = valueTag,
            Sequence = here.Sequence,
            Depth = here.Depth,
            Value = bytes,
            IsCut = valueLength > MaxValue,
            IsBigEndian = here.Syntax.IsBigEndian,
            CharacterSet = here.CharacterSet,
        });
    }

    private void Enter(LevelKind kind, uint sequence, TransferSyntax syntax, uint length)
    {
        ref readonly DataSetLevel around = ref levels[level];
        if (length != Undefined && length > around.Limit - Position)
        {
            Fail(DataSetFault.Overrun);
            return;
        }
        if (level + 1 >= MaxLevels)
        {
            Fail(DataSetFault.TooDeep);
            return;
        }
        levels[level + 1] = new DataSetLevel
        {
            Kind = kind,
            IsUndefined = length == Undefined,
            Syntax = syntax,
            Limit = length == Undefined ? around.Limit : Position + length,
            Sequence = sequence,
            Depth = around.Depth + (kind == LevelKind.Elements ? 1 : 0),
            CharacterSet = around.CharacterSet,
        };
        level++;
        if (kind == LevelKind.Elements) Consumer.BeginItem(sequence, around.Depth);
    }

    private void Delimit(uint tag, uint length)
    {
        switch (levels[level].Kind)
        {
            case LevelKind.Fragments when tag == DicomTag.Item && length != Undefined:
                if (length > levels[level].Limit - Position) Fail(DataSetFault.Overrun);
                else skip = length;
                return;
            case LevelKind.Items when tag == DicomTag.Item:
                Enter(LevelKind.Elements, levels[level].Sequence, levels[level].Syntax, length);
                return;
            case LevelKind.Elements when tag == DicomTag.ItemDelimiter && level > 0 && levels[level].IsUndefined:
            case LevelKind.Items or LevelKind.Fragments when tag == DicomTag.SequenceDelimiter && levels[level].IsUndefined:
                level--;
                return;
            case LevelKind.Elements when level > 0 && levels[level].IsUndefined && tag != DicomTag.ItemDelimiter:
                // The item was not ended: what comes belongs to the sequence around it.
                Note(DataSetFault.Delimiter);
                level--;
                Delimit(tag, length);
                return;
            case LevelKind.Elements or LevelKind.Items when tag != DicomTag.Item:
                Note(DataSetFault.Delimiter);
                return;
            default:
                Fail(DataSetFault.ItemExpected);
                return;
        }
    }

    /// <summary>Leaves the levels whose length is used up.</summary>
    private void Close()
    {
        if (skip > 0 || valueLeft > 0) return;
        while (level > 0 && Position >= levels[level].Limit)
        {
            if (levels[level].IsUndefined) Note(DataSetFault.Delimiter);
            level--;
        }
        if (level == 0 && Position >= levels[0].Limit) isSilent = true;
    }

    private void Note(DataSetFault fault)
    {
        if (Fault == DataSetFault.None) Fault = fault;
    }

    private void Fail(DataSetFault fault)
    {
        Note(fault);
        isSilent = true;
    }

    private static uint Tag(ReadOnlySpan<byte> bytes, bool isBig) => isBig
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : ((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16) | BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);

    private static uint Number(ReadOnlySpan<byte> bytes, bool isBig) => isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
