using System.Text;

namespace Wardkeeper.Sensor.Observations;

/// <summary>Builds a <see cref="MaskedText"/> from plain parts and identifying parts, in order. One text at a time; begin again with <see cref="Clear"/>.</summary>
/// <param name="masker">Makes the tokens.</param>
public sealed class MaskedTextBuilder(PatientMasker masker)
{
    private readonly StringBuilder text = new();

    /// <summary>Characters so far, tokens included.</summary>
    public int Length => text.Length;

    /// <summary>Whether any part was masked.</summary>
    public bool HasMasked { get; private set; }

    /// <summary>Adds text that holds no patient data; private-use marks are left out of it.</summary>
    public MaskedTextBuilder Plain(ReadOnlySpan<char> part)
    {
        while (part.IndexOfAny(MaskedText.Open, MaskedText.Close) is >= 0 and int mark)
        {
            text.Append(part[..mark]);
            part = part[(mark + 1)..];
        }
        text.Append(part);
        return this;
    }

    /// <summary>Adds a patient's identifier or name as its token; blank text is added as it is.</summary>
    public MaskedTextBuilder Masked(ReadOnlySpan<char> part)
    {
        if (part.IsWhiteSpace()) return Plain(part);
        text.Append(masker.Token(part));
        HasMasked = true;
        return this;
    }

    /// <summary>The text as it stands.</summary>
    public MaskedText ToMaskedText() => new(text.ToString());

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        text.Clear();
        HasMasked = false;
    }
}
