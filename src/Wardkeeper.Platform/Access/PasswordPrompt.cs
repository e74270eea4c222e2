using System.Text;
using Wardkeeper.Hub.Access;

namespace Wardkeeper.Platform.Access;

/// <summary>Reads a password from the terminal without showing it, or from standard input when that is a pipe.</summary>
internal static class PasswordPrompt
{
    /// <summary>Reads it.</summary>
    /// <exception cref="UserError">Nothing came, or the two did not agree.</exception>
    public static string Read()
    {
        if (System.Console.IsInputRedirected)
        {
            string? line = System.Console.In.ReadLine();
            return string.IsNullOrEmpty(line) ? throw new UserError("No password came on standard input. Write it as the first line.") : line.Length <= Passwords.MaxLength ? line : throw new UserError($"A password has at most {Passwords.MaxLength} characters.");
        }
        string first = Ask("Password: "), second = Ask("Again: ");
        return first == second ? first : throw new UserError("The two passwords are not the same. Nothing was changed.");
    }

    private static string Ask(string prompt)
    {
        System.Console.Error.Write(prompt);
        StringBuilder typed = new();
        while (System.Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Length > 0) typed.Length--;
            else if (!char.IsControl(key.KeyChar) && typed.Length < Passwords.MaxLength) typed.Append(key.KeyChar);
        }
        System.Console.Error.WriteLine();
        return typed.ToString();
    }
}
