import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { CommandError, systemMessage, UsageError } from './command.ts'

/**
 * The certificate and the key that `--cert` and `--key` name; `undefined` for neither.
 * @throws {UsageError} for one without the other.
 * @throws {CommandError} when they cannot be read, or do not belong together.
 */
export function readCertificate(
  certFile: string | undefined,
  keyFile: string | undefined,
): { cert: Buffer; key: Buffer } | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile === undefined || keyFile === undefined) {
    throw new UsageError('--cert and --key go together: give both, or neither')
  }
  const tls = { cert: readPem('--cert', certFile), key: readPem('--key', keyFile) }
  try {
    createSecureContext(tls)
  } catch (error) {
    const { message } = error as Error
    throw new CommandError(
      `${certFile} and ${keyFile} are not a certificate and its private key in PEM: ${message}`,
    )
  }
  return tls
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CommandError(`${option} ${file} cannot be read: ${systemMessage(error)}`)
  }
}
