namespace Wardkeeper.Lab;

/// <summary>Something in the lab did not go as planned.</summary>
/// <param name="message">What, where, and what to do or which log to read.</param>
/// <param name="inner">What caused it, or null.</param>
public sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
