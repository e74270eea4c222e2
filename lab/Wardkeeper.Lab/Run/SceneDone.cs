using Wardkeeper.Lab.Recording;

namespace Wardkeeper.Lab.Run;

/// <summary>A scene that ran.</summary>
/// <param name="Mark">When, and which frames are its own.</param>
/// <param name="English">What happened, in English.</param>
/// <param name="Chinese">The same in Chinese.</param>
/// <param name="Techniques">ATT&amp;CK techniques; none for a benign twin.</param>
/// <param name="Rogue">The machine that was brought for it: type, address and hardware address, or null when an own device did it.</param>
/// <param name="Facts">What it did, countable.</param>
internal sealed record SceneDone(SceneMark Mark, string English, string Chinese, IReadOnlyList<string> Techniques, SceneMachine? Rogue, IReadOnlyList<SceneFact> Facts);

/// <summary>A machine that does not belong to the hospital.</summary>
/// <param name="Ip">Address.</param>
/// <param name="Mac">Hardware address, with colons.</param>
/// <param name="Department">Where it was plugged in.</param>
internal sealed record SceneMachine(string Ip, string Mac, string Department);

/// <summary>Something countable that a scene did.</summary>
/// <param name="What">Its name.</param>
/// <param name="Value">How many, or which.</param>
internal sealed record SceneFact(string What, string Value);
